import { AppError } from '../../../core/errors.ts';
import { describeEnd, isSuccess } from '../../process/child.ts';
import { runCommand } from '../../process/run.ts';
import type { LumaSource } from './luma-frames.ts';
import { fileUrl } from '../decode-args.ts';

/** What a clip goes through before it is upscaled: made smaller, then encoded. */
export interface Degradation {
  readonly source: LumaSource;
  readonly scale: number;
  readonly crf: number;
  /** Where the small clip is written. */
  readonly target: string;
}

/**
 * Crop, swscale bicubic with accurate rounding, x264 medium with the given crf on one thread (the number of threads
 * changes what x264 writes).
 */
export function degradeArgs({ source, scale, crf, target }: Degradation): string[] {
  const { width, height, path, passthrough } = source;
  const shrink = `scale=${width / scale}:${height / scale}:flags=bicubic+accurate_rnd+full_chroma_int+bitexact`;
  const filters = ['-vf', `crop=${width}:${height}:0:0,${shrink}`];
  const encoder = ['-c:v', 'libx264', '-preset', 'medium', '-crf', String(crf), '-threads', '1'];
  const input = ['-v', 'error', '-nostdin', '-y', '-noautorotate', '-i', fileUrl(path), '-map', '0:v:0'];
  return [...input, ...filters, ...encoder, ...passthrough, fileUrl(target)];
}

/** Writes the small clip. @throws AppError `ffmpeg-failed` */
export async function degradeClip(degradation: Degradation): Promise<void> {
  const { source } = degradation;
  const { record } = await runCommand(source.ffmpegPath, degradeArgs(degradation));
  if (isSuccess(record)) return;
  const message = `expected to make a smaller clip of ${source.path}, but ffmpeg ${describeEnd(record)}`;
  throw new AppError('ffmpeg-failed', message, { details: { ...record } });
}
