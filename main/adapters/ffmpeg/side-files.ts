/**
 * What a stream copy cannot do, prepared as small files beside the output: covers, which Matroska takes as attachments only,
 * captions that lie inside the video, and texts out of which a span is cut, since a copy loses the line that is on the screen at the cut and a conversion
 * places those before it at negative times.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import type { MediaInfo } from '../../core/media.ts';
import type { OutputPlan, TrackPlan } from '../../core/output-plan.ts';
import { isSuccess } from '../process/child.ts';
import { runCommand } from '../process/run.ts';
import { readCaptions } from './captions.ts';
import { COVER_TYPES } from './cover-types.ts';
import { fileUrl } from './decode-args.ts';
import { commandError, interrupted } from './failure.ts';
import { cutCues, formatSrt, parseSrt } from './srt.ts';
import type { Cue } from './srt.ts';
import type { CommandOptions, FfmpegTools } from './tools.ts';

export interface SideFile {
  /** The track that it stands for. */
  readonly trackIndex: number;
  readonly path: string;
  readonly kind: 'cover' | 'text';
  /** Of a cover. */
  readonly mimeType: string | null;
}

const CUT_TEXTS = ['subrip', 'mov_text', 'text', 'webvtt'];

/** Writes the side files of a job next to `temporaryPath`; {@link removeSideFiles} takes them away. */
export async function writeSideFiles(
  tools: FfmpegTools,
  media: MediaInfo,
  plan: OutputPlan,
  temporaryPath: string,
  options: CommandOptions,
): Promise<SideFile[]> {
  const files: SideFile[] = [];
  for (const track of plan.tracks) {
    const codec = media.tracks.find(({ index }) => index === track.index)?.codec ?? '';
    if (track.kind === 'captions') {
      files.push(...(await writeCaptions(tools, media, plan, `${temporaryPath}.captions.srt`, options)));
      continue;
    }
    const file = describeFile(plan, track, codec, temporaryPath);
    if (file === null) continue;
    const format =
      file.kind === 'text'
        ? ['-c', 'srt', '-f', 'srt']
        : ['-c', 'copy', '-frames:v', '1', '-f', 'image2', '-update', '1'];
    const input = ['-copyts', '-i', fileUrl(media.path), '-map', `0:${String(track.index)}`];
    const args = [
      '-hide_banner',
      '-nostdin',
      '-nostats',
      '-loglevel',
      'level+error',
      '-y',
      ...input,
      ...format,
      fileUrl(file.path),
    ];
    const { record } = await runCommand(tools.ffmpeg.path, args, options);
    if (options.signal?.aborted === true) throw interrupted();
    if (!isSuccess(record)) throw commandError(`could not read track ${String(track.index)} of ${media.path}`, record);
    if (file.kind === 'text') await cutText(file.path, plan);
    files.push(file);
  }
  return files;
}

export async function removeSideFiles(files: readonly SideFile[]): Promise<void> {
  await Promise.all(files.map((file) => rm(file.path, { force: true })));
}

function describeFile(plan: OutputPlan, track: TrackPlan, codec: string, temporaryPath: string): SideFile | null {
  if (track.action === 'drop') return null;
  const path = `${temporaryPath}.track${String(track.index)}`;
  if (track.kind === 'cover' && plan.container === 'mkv') {
    return { trackIndex: track.index, path: `${path}.image`, kind: 'cover', mimeType: COVER_TYPES[codec] ?? null };
  }
  const isCut = track.kind === 'subtitle' && plan.trim.fromTicks !== null && CUT_TEXTS.includes(codec);
  return isCut ? { trackIndex: track.index, path: `${path}.srt`, kind: 'text', mimeType: null } : null;
}

async function cutText(path: string, plan: OutputPlan): Promise<void> {
  await writeFile(path, formatSrt(cutToSpan(parseSrt(await readFile(path, 'utf8')), plan)));
}

function cutToSpan(cues: readonly Cue[], { trim, source, timeBase }: OutputPlan): readonly Cue[] {
  const toMs = (ticks: number) => (ticks / timeBase.den - source.offsetSeconds) * 1000;
  const end = trim.toTicks === null ? Infinity : toMs(trim.toTicks);
  return cutCues(cues, toMs(trim.shiftTicks), end);
}

/** No file where there is no text: a track without a line is none. */
async function writeCaptions(
  tools: FfmpegTools,
  media: MediaInfo,
  plan: OutputPlan,
  path: string,
  options: CommandOptions,
): Promise<SideFile[]> {
  const cues = cutToSpan(await readCaptions(tools, media, options), plan);
  if (cues.length === 0) return [];
  await writeFile(path, formatSrt(cues));
  return [{ trackIndex: media.video.index, path, kind: 'text', mimeType: null }];
}
