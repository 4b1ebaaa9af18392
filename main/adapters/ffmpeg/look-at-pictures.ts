/** Looks at written pictures as a stranger would: how many, how large. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listWebpChunks } from '../image/webp-chunks.ts';
import { numberedName } from '../../core/pictures.ts';
import type { PicturesPlan } from '../../core/pictures.ts';

export interface SeenPictures {
  readonly frames: number;
  /** Pictures that are like the one before them may have been joined with it. */
  readonly isMerged: boolean;
  /** A file that ffprobe can measure; `null` where the size was read here. */
  readonly sample: string | null;
  readonly size: { readonly width: number; readonly height: number } | null;
}

/** @returns `null` for files that ffprobe counts itself */
export async function lookAtPictures({ kind, pattern }: PicturesPlan, path: string): Promise<SeenPictures | null> {
  if (pattern !== null) {
    const fits = numberedName(pattern);
    const names = (await readdir(path)).filter((name) => fits.test(name)).sort();
    return {
      frames: names.length,
      isMerged: false,
      sample: names[0] === undefined ? null : join(path, names[0]),
      size: null,
    };
  }
  return kind === 'webp' ? readWebp(await readFile(path)) : null;
}

/** True for a WebP of several pictures. */
export async function isAnimatedWebp(path: string): Promise<boolean> {
  return readWebp(await readFile(path)).frames > 1;
}

/** ffmpeg writes animated WebP and cannot read it. */
function readWebp(bytes: Buffer): SeenPictures {
  let frames = 0;
  let size: SeenPictures['size'] = null;
  for (const { name, at } of listWebpChunks(bytes)) {
    if (name === 'ANMF') frames += 1;
    if (name === 'VP8L' || name === 'VP8 ') frames += 1; // A single picture, outside of any frame.
    if (name === 'VP8X') size = { width: bytes.readUIntLE(at + 4, 3) + 1, height: bytes.readUIntLE(at + 7, 3) + 1 };
    if (name === 'VP8L' && size === null) {
      const bits = bytes.readUInt32LE(at + 1);
      size = { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
  }
  return { frames, isMerged: true, sample: null, size };
}
