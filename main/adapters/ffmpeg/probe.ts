import { stat } from 'node:fs/promises';
import { AppError } from '../../core/errors.ts';
import { isNumbered } from '../../core/pictures.ts';
import type { MediaInfo } from '../../core/media.ts';
import type { TimeBase } from '../../core/time-base.ts';
import { isSuccess } from '../process/child.ts';
import type { CommandRecord } from '../process/child.ts';
import { runCommand } from '../process/run.ts';
import { describeAnimatedWebp } from '../image/animated-webp.ts';
import { fileUrl, rowArgs } from './decode-args.ts';
import { isAnimatedWebp } from './look-at-pictures.ts';
import { interrupted, lastComplaint } from './failure.ts';
import { findVideoStream, parseProbe } from './parse-probe.ts';
import { findRow } from './picture-row.ts';
import { isCutInside } from './probe-cut.ts';
import { sampleFields } from './probe-fields.ts';
import type { ProbeJson } from './probe-json.ts';
import type { CommandOptions, FfmpegTools } from './tools.ts';

/** Enough to meet the first field-coded pictures of a stream that opens with progressive ones, and still quick. */
const PACKETS_LOOKED_AT = 12;
/** Of a clip that was cut by copying: an edit list hides its first group of pictures, which may be long. */
const HIDDEN_PACKETS = 1000;
const PROBE_TIMEOUT_MS = 120_000;

export interface ProbeOptions extends CommandOptions {
  /** Of numbered pictures, a second. */
  readonly pictureRate?: TimeBase | undefined;
}

/**
 * Describes a file, and decodes its first frames, so that what cannot be read is refused before anything starts.
 * @throws AppError `input-missing`, `input-unreadable` or `input-unsupported`, one sentence each
 */
export async function probeMedia(
  tools: FfmpegTools,
  path: string,
  { pictureRate, ...options }: ProbeOptions = {},
): Promise<MediaInfo> {
  const row = isNumbered(path) ? await findRow(path, pictureRate) : null;
  if (row === null) await checkFile(path);
  if (row === null && pictureRate !== undefined)
    throw new AppError(
      'wrong-usage',
      `expected numbered pictures, such as frames/%04d.png, with --fps but got ${path}`,
    );
  const ask = async (args: readonly string[]) => {
    const all = ['-v', 'level+error', '-of', 'json', ...args, ...rowArgs(row), fileUrl(path)];
    const result = await runCommand(tools.ffprobe.path, all, { ...options, timeoutMs: PROBE_TIMEOUT_MS });
    if (options.signal?.aborted === true) throw interrupted();
    return result;
  };
  const { record, stdout } = await ask(['-show_format', '-show_streams', '-show_chapters']);
  const probe = parseJson(stdout);
  if (!isSuccess(record) || probe === null) throw unreadable(path, record);
  checkKind(path, probe);
  const stream = findVideoStream(path, probe);
  const look = async (packets: number) => {
    const interval = ['-select_streams', String(stream.index), '-read_intervals', `%+#${String(packets)}`];
    const answer = await ask([...interval, '-show_frames']);
    return { ...answer, frames: parseJson(answer.stdout)?.frames?.slice(0, PACKETS_LOOKED_AT) ?? [] };
  };
  let first = await look(PACKETS_LOOKED_AT);
  if (first.frames.length === 0 && stream.codec_name !== 'webp') first = await look(HIDDEN_PACKETS);
  const { frames } = first;
  if (frames.length === 0) {
    if (stream.codec_name === undefined) parseProbe(path, probe, []); // Says which codec is unknown.
    if (stream.codec_name === 'webp' && row === null && (await isAnimatedWebp(path))) return describeAnimatedWebp(path);
    throw unreadable(path, first.record, 'no frame of its video can be decoded');
  }
  const media = { ...parseProbe(path, probe, frames), row };
  const fieldSample = await sampleFields(tools, media, options);
  if (options.signal?.aborted === true) throw interrupted();
  return { ...media, isCut: await isCutInside(media), video: { ...media.video, fieldSample } };
}

async function checkFile(path: string): Promise<void> {
  const info = await stat(path).catch((error: unknown) => {
    const code = (error as { code?: unknown }).code;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new AppError('input-missing', `expected a video file but ${path} does not exist`);
    throw new AppError('input-unreadable', `expected a readable file but ${path} cannot be opened (${String(code)})`, {
      cause: error,
    });
  });
  if (info.isDirectory()) throw new AppError('input-unreadable', `expected a video file but ${path} is a folder`);
  if (!info.isFile()) throw new AppError('input-unreadable', `expected a video file but ${path} is none`);
  if (info.size === 0) throw new AppError('input-unreadable', `expected a video file but ${path} is empty`);
}

function checkKind(path: string, probe: ProbeJson): void {
  const name = probe.format?.format_name ?? '';
  if (name === 'tty') throw new AppError('input-unsupported', `expected a video or a picture but ${path} is a text`);
}

function parseJson(text: string): ProbeJson | null {
  try {
    return JSON.parse(text) as ProbeJson;
  } catch {
    return null;
  }
}

function unreadable(path: string, record: CommandRecord, reason?: string): AppError {
  const complaint = lastComplaint(record.stderrTail)?.replace(fileUrl(path), '').replace(/^:\s*/, '');
  const why = [reason, complaint].filter((part) => part !== undefined && part !== '').join(': ');
  return new AppError(
    'input-unreadable',
    `expected a video file but ${path} cannot be read${why === '' ? '' : ` (${why})`}`,
    {
      details: { ...record },
    },
  );
}
