import { execFileSync } from 'node:child_process';
import { pixelFormatInfo, planeSizes } from '../../main/core/pixel-format.ts';
import type { PixelFormat } from '../../main/core/pixel-format.ts';

export interface RawClip {
  readonly format: PixelFormat;
  readonly width: number;
  readonly height: number;
  readonly frames?: number;
  /** Options of the encoder: colour tags. */
  readonly tags?: readonly string[];
  /** The code of a sample. */
  code(plane: number, x: number, y: number): number;
}

/** Writes a lossless clip of exactly these codes. @returns its path */
export function writeRawClip(ffmpeg: string, path: string, clip: RawClip): string {
  const { format, width, height, frames = 2, tags = [] } = clip;
  const deep = pixelFormatInfo(format).bitDepth > 8;
  const planes = planeSizes(format, width, height).map((size, plane) => {
    const samples = deep ? new Uint16Array(size.width * size.height) : new Uint8Array(size.width * size.height);
    for (let y = 0; y < size.height; y++)
      for (let x = 0; x < size.width; x++) samples[y * size.width + x] = clip.code(plane, x, y);
    return Buffer.from(samples.buffer);
  });
  const input = Buffer.concat(new Array<Buffer[]>(frames).fill(planes).flat());
  const raw = ['-f', 'rawvideo', '-pix_fmt', format, '-video_size', `${width}x${height}`, '-framerate', '25'];
  // FFV1 has no planar RGB of eight bits.
  const codec = format === 'gbrp' ? ['ffvhuff'] : ['ffv1', '-level', '3'];
  const args = ['-v', 'error', '-y', ...raw, '-i', '-', '-c:v', ...codec, ...tags, '-strict', '-2', path];
  execFileSync(ffmpeg, args, { input, stdio: ['pipe', 'inherit', 'inherit'] });
  return path;
}

export type CodePlane = { readonly data: Uint8Array | Uint16Array; readonly width: number; readonly height: number };

/** The first frame's planes in the decoder's own format, which must be this one. */
export function readPlanes(
  ffmpeg: string,
  path: string,
  format: PixelFormat,
  size: readonly [number, number],
): CodePlane[] {
  const args = ['-v', 'error', '-noautorotate', '-i', path, '-map', '0:v:0', '-frames:v', '1', '-f', 'rawvideo', '-'];
  const bytes = execFileSync(ffmpeg, args, { maxBuffer: 2 ** 28 });
  const deep = pixelFormatInfo(format).bitDepth > 8;
  const copy = new Uint8Array(bytes).buffer;
  let at = 0;
  return planeSizes(format, ...size).map(({ width, height }) => {
    const data = deep ? new Uint16Array(copy, at, width * height) : new Uint8Array(copy, at, width * height);
    at += data.byteLength;
    return { data, width, height };
  });
}
