import { AppError } from '../../../core/errors.ts';
import { describeEnd, isSuccess, startChild } from '../../process/child.ts';
import { fileUrl } from '../decode-args.ts';

/** A part of an 8-bit 4:2:0 clip, from the top left, that is read frame by frame. */
export interface LumaSource {
  readonly ffmpegPath: string;
  readonly path: string;
  /** Even size to crop to. */
  readonly width: number;
  readonly height: number;
  /** What makes this ffmpeg pass every frame once, whatever its time. */
  readonly passthrough: readonly string[];
}

/** Arguments that write the cropped planes as they were decoded: asking for a pixel format could change the range. */
export function lumaFramesArgs(source: LumaSource): string[] {
  const { path, width, height, passthrough } = source;
  const input = ['-v', 'error', '-nostdin', '-noautorotate', '-i', fileUrl(path), '-map', '0:v:0'];
  return [...input, '-vf', `crop=${width}:${height}:0:0`, ...passthrough, '-f', 'rawvideo', 'pipe:1'];
}

/** Cuts a stream of bytes into frames. `buffers` are handed out in turn. */
export async function* cutFrames(
  stream: AsyncIterable<Uint8Array>,
  frameBytes: number,
  buffers = 1,
): AsyncGenerator<Uint8Array> {
  const ring = Array.from({ length: buffers }, () => new Uint8Array(frameBytes));
  let index = 0;
  let frame = ring[0]!;
  let filled = 0;
  for await (const chunk of stream) {
    for (let from = 0; from < chunk.length;) {
      const part = chunk.subarray(from, from + frameBytes - filled);
      frame.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled < frameBytes) continue;
      yield frame;
      frame = ring[++index % buffers]!;
      filled = 0;
    }
  }
  if (filled > 0) {
    throw new AppError(
      'ffmpeg-failed',
      `expected whole frames of ${frameBytes} bytes, but got ${filled} bytes at the end`,
    );
  }
}

/**
 * Luma of every frame, `width * height` samples; valid until the next frame is asked for.
 * @throws AppError `ffmpeg-failed` when the clip cannot be decoded to its end
 */
export async function* readLumaFrames(source: LumaSource): AsyncGenerator<Uint8Array> {
  const { width, height } = source;
  const child = startChild(source.ffmpegPath, lumaFramesArgs(source), { stdout: 'pipe' });
  try {
    for await (const frame of cutFrames(child.stdout!, (width * height * 3) / 2))
      yield frame.subarray(0, width * height);
    const record = await child.done;
    if (isSuccess(record)) return;
    const message = `expected to decode ${source.path} to its end, but ffmpeg ${describeEnd(record)}`;
    throw new AppError('ffmpeg-failed', message, { details: { ...record } });
  } finally {
    await child.kill();
  }
}
