import { AppError } from '../../../core/errors.ts';
import type { Samples } from '../../../core/frame.ts';
import { pictureBytes, pixelFormatInfo, planeSizes } from '../../../core/pixel-format.ts';
import type { PixelFormat, PlaneSize } from '../../../core/pixel-format.ts';
import type { PipeReader } from '../../process/byte-pipe.ts';
import { describeEnd, isSuccess, startChild } from '../../process/child.ts';
import { fileUrl } from '../decode-args.ts';
import { passthroughArgs } from '../tools.ts';
import type { FfmpegTools } from '../tools.ts';

/** A clip's pictures, as they were decoded unless filters say otherwise. */
export interface PictureSource {
  readonly tools: FfmpegTools;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: PixelFormat;
  /** ffmpeg's filters that bring the clip to this size, format and rate; none where it is so already. */
  readonly filters: readonly string[];
  /** Luma alone: half the bytes. */
  readonly lumaOnly: boolean;
}

export interface PicturePlane extends PlaneSize {
  readonly data: Samples;
}

/** Pictures that may be looked at while the next ones are read. */
export const PICTURES_IN_FLIGHT = 3;

export function pictureStreamArgs({ tools, path, filters, lumaOnly, pixelFormat }: PictureSource): string[] {
  const hasChroma = pixelFormatInfo(pixelFormat).family === 'yuv';
  const chain = [...filters, ...(lumaOnly && hasChroma ? ['extractplanes=y'] : [])];
  return [
    ...['-v', 'error', '-nostdin', '-noautorotate', '-i', fileUrl(path), '-map', '0:v:0'],
    ...(chain.length > 0 ? ['-vf', chain.join(',')] : []),
    ...[...passthroughArgs(tools.capabilities), '-f', 'rawvideo', 'pipe:1'],
  ];
}

/**
 * The planes of every picture; a picture stays as it is until {@link PICTURES_IN_FLIGHT} more were asked for.
 * @throws AppError `ffmpeg-failed` when the clip cannot be decoded to its end
 */
export async function* readPictures(source: PictureSource): AsyncGenerator<PicturePlane[]> {
  const { pixelFormat, width, height, lumaOnly } = source;
  const sizes = lumaOnly ? [{ width, height }] : planeSizes(pixelFormat, width, height);
  const isDeep = pixelFormatInfo(pixelFormat).bitDepth > 8;
  const bytes = lumaOnly ? width * height * (isDeep ? 2 : 1) : pictureBytes(pixelFormat, width, height);
  const child = startChild(source.tools.ffmpeg.path, pictureStreamArgs(source), { stdout: 'direct' });
  try {
    const ring = Array.from({ length: PICTURES_IN_FLIGHT + 1 }, () => new Uint8Array(bytes));
    for (let index = 0; await fill(child.output!, ring[index % ring.length]!); index++) {
      const { buffer } = ring[index % ring.length]!;
      let offset = 0;
      yield sizes.map((size) => {
        const length = size.width * size.height;
        const data = isDeep ? new Uint16Array(buffer, offset, length) : new Uint8Array(buffer, offset, length);
        offset += data.byteLength;
        return { ...size, data };
      });
    }
    const record = await child.done;
    if (isSuccess(record)) return;
    const message = `expected to decode ${source.path} to its end, but ffmpeg ${describeEnd(record)}`;
    throw new AppError('ffmpeg-failed', message, { details: { ...record } });
  } finally {
    await child.kill();
  }
}

/** @returns false at the end of the stream. @throws AppError `ffmpeg-failed` when it ends within a picture */
async function fill(source: PipeReader, picture: Uint8Array): Promise<boolean> {
  let filled = 0;
  while (filled < picture.length) {
    const bytes = await source.read([picture.subarray(filled)]);
    if (bytes === 0 && filled === 0) return false;
    if (bytes === 0) {
      const message = `expected whole pictures of ${picture.length} bytes, but got ${filled} bytes at the end`;
      throw new AppError('ffmpeg-failed', message);
    }
    filled += bytes;
  }
  return true;
}
