import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { describeEnd, isSuccess } from '../process/child.ts';
import { runCommand } from '../process/run.ts';

interface LumaPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** The picture moves in from a few pixels away, so that it ends as predicted frames do, not as a key frame. */
const FRAMES = 6;

/**
 * @param ffmpegPath one that has libx264
 * @returns the luma of the last of a few frames after x264 (medium) with this crf
 * @throws AppError `ffmpeg-failed`
 */
export async function compressLuma(ffmpegPath: string, picture: LumaPicture, crf: number): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-compress-'));
  try {
    const [width, height] = [picture.width + (picture.width & 1), picture.height + (picture.height & 1)];
    const [raw, small, back] = ['raw.yuv', 'small.mkv', 'back.yuv'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(raw, panTo(picture, width, height));
    const common = ['-v', 'error', '-nostdin', '-y'];
    const shape = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', '25'];
    const encoder = ['-c:v', 'libx264', '-preset', 'medium', '-crf', String(crf), '-threads', '1'];
    await run(ffmpegPath, [...common, ...shape, '-i', raw, ...encoder, small]);
    await run(ffmpegPath, [...common, '-i', small, '-f', 'rawvideo', '-pix_fmt', 'yuv420p', back]);
    return cropLast(await readFile(back), picture, width, height);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(ffmpegPath: string, args: readonly string[]): Promise<void> {
  const { record } = await runCommand(ffmpegPath, args);
  if (isSuccess(record)) return;
  const message = `expected x264 to encode a training picture, but ffmpeg ${describeEnd(record)}`;
  throw new AppError('ffmpeg-failed', message, { details: { ...record } });
}

/** Frames of the picture moving into place, edges repeated, chroma grey. */
function panTo({ width, height, data }: LumaPicture, evenWidth: number, evenHeight: number): Uint8Array {
  const size = evenWidth * evenHeight;
  const frames = new Uint8Array(FRAMES * (size + size / 2)).fill(128);
  for (let frame = 0; frame < FRAMES; frame++) {
    const shift = FRAMES - 1 - frame;
    const at = frame * (size + size / 2);
    for (let y = 0; y < evenHeight; y++) {
      const row = Math.min(height - 1, y + shift) * width;
      for (let x = 0; x < evenWidth; x++) frames[at + y * evenWidth + x] = data[row + Math.min(width - 1, x + shift)]!;
    }
  }
  return frames;
}

function cropLast(
  frames: Uint8Array,
  { width, height }: LumaPicture,
  evenWidth: number,
  evenHeight: number,
): Uint8Array {
  const size = evenWidth * evenHeight;
  const last = frames.length - (size + size / 2);
  if (last < 0) throw new AppError('ffmpeg-failed', 'expected frames back from x264 but got none');
  const luma = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    luma.set(frames.subarray(last + y * evenWidth, last + y * evenWidth + width), y * width);
  }
  return luma;
}
