import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../core/errors.ts';
import { describeEnd, isSuccess } from '../../process/child.ts';
import { runCommand } from '../../process/run.ts';
import { fileUrl } from '../decode-args.ts';
import { passthroughArgs } from '../tools.ts';
import type { FfmpegTools } from '../tools.ts';

/** Some frames of a clip as PNG files, by their number, in rising order. */
export async function pickFrames(
  tools: FfmpegTools,
  path: string,
  filters: readonly string[],
  frames: readonly number[],
): Promise<Uint8Array[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-frames-'));
  try {
    const wanted = frames.map((frame) => `eq(n\\,${String(frame)})`).join('+');
    const { record } = await runCommand(tools.ffmpeg.path, [
      ...['-v', 'error', '-nostdin', '-noautorotate', '-i', fileUrl(path), '-map', '0:v:0'],
      ...['-vf', [...filters, `select=${wanted}`].join(','), ...passthroughArgs(tools.capabilities)],
      ...['-frames:v', String(frames.length), '-pix_fmt', 'rgb24', join(folder, '%d.png')],
    ]);
    if (!isSuccess(record)) {
      const message = `expected ${frames.length} frames of ${path}, but ffmpeg ${describeEnd(record)}`;
      throw new AppError('ffmpeg-failed', message, { details: { ...record } });
    }
    return await Promise.all(frames.map((_, index) => readFile(join(folder, `${String(index + 1)}.png`))));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
