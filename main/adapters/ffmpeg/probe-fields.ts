/** Looks at frames for combs, since flags are often wrong: progressive film in interlaced files, and the other way round. */
import type { FieldSample } from '../../core/fields.ts';
import type { MediaInfo } from '../../core/media.ts';
import { isSuccess } from '../process/child.ts';
import { runCommand } from '../process/run.ts';
import { inputArgs } from './decode-args.ts';
import type { CommandOptions, FfmpegTools } from './tools.ts';

const FRAMES_LOOKED_AT = 150;
const LOOK_TIMEOUT_MS = 120_000;
/** Heights that broadcast and DVDs have; others are never interlaced in practice. */
const INTERLACED_HEIGHTS = [480, 486, 512, 576, 608, 1080, 1088];
/** Codecs that have no fields. */
const PROGRESSIVE_CODECS = ['vp8', 'vp9', 'av1', 'gif', 'apng', 'webp', 'png', 'theora'];

/** `null` where fields are out of the question, or nothing could be seen. */
export async function sampleFields(
  tools: FfmpegTools,
  media: MediaInfo,
  options: CommandOptions,
): Promise<FieldSample | null> {
  const { durationSeconds, container, video } = media;
  const isLikely = INTERLACED_HEIGHTS.includes(video.height) && !PROGRESSIVE_CODECS.includes(video.codec);
  if (!tools.capabilities.filters.includes('idet') || (video.fieldOrder !== 'interlaced' && !isLikely)) return null;
  const canSeek = container !== 'other' && durationSeconds !== null && durationSeconds > 60;
  const seek = canSeek ? ['-ss', (durationSeconds / 10).toFixed(1)] : [];
  const head = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info', ...seek, ...inputArgs(media)];
  const look = ['-map', `0:${String(video.index)}`, '-frames:v', String(FRAMES_LOOKED_AT), '-vf', 'idet'];
  const { record } = await runCommand(tools.ffmpeg.path, [...head, ...look, '-f', 'null', '-'], {
    ...options,
    timeoutMs: LOOK_TIMEOUT_MS,
  });
  return isSuccess(record) ? parseIdet(record.stderrTail) : null;
}

/** idet's summary, which it prints once more when an empty graph ends: the one with the most frames counts. */
export function parseIdet(lines: readonly string[]): FieldSample | null {
  const numbers = (kind: string, pattern: RegExp) =>
    lines
      .filter((line) => line.includes(kind))
      .map((line) => (pattern.exec(line) ?? []).slice(1).map(Number))
      .sort((a, b) => sum(b) - sum(a))[0] ?? [];
  const kinds = numbers(
    'Multi frame detection',
    /TFF:\s*(\d+)\s*BFF:\s*(\d+)\s*Progressive:\s*(\d+)\s*Undetermined:\s*(\d+)/,
  );
  const [topFirst = 0, bottomFirst = 0, progressive = 0, undetermined = 0] = kinds;
  const [, top = 0, bottom = 0] = numbers('Repeated Fields', /Neither:\s*(\d+)\s*Top:\s*(\d+)\s*Bottom:\s*(\d+)/);
  if (sum(kinds) === 0) return null;
  return { topFirst, bottomFirst, progressive, undetermined, repeated: top + bottom };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
