import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PreparedImage } from './prepare-image.ts';

/** Where one LR/HR pair lies in a {@link PairStore}. */
export interface StoredPair {
  readonly set: string;
  readonly file: string;
  readonly validation: boolean;
  readonly level: number;
  readonly lrWidth: number;
  readonly lrHeight: number;
  /** Index of the first sample in {@link PairStore.lr}. */
  readonly lrOffset: number;
  /** Index of the first sample in {@link PairStore.hr}. */
  readonly hrOffset: number;
}

/** All LR/HR pairs of a training folder, samples end to end. */
export interface PairStore {
  readonly pairs: readonly StoredPair[];
  /** 8-bit luma. */
  readonly lr: Uint8Array;
  /** Luma in 1/256 of a code value. */
  readonly hr: Uint16Array;
}

/** One image's pairs with where they belong. */
export interface PairSource {
  readonly set: string;
  readonly file: string;
  readonly validation: boolean;
  readonly images: readonly PreparedImage[];
}

/** Puts pairs end to end. */
export function packPairs(sources: readonly PairSource[]): PairStore {
  const pairs: StoredPair[] = [];
  let lrOffset = 0;
  let hrOffset = 0;
  for (const { images, ...where } of sources) {
    for (const { lr, hr, ...shape } of images) {
      pairs.push({ ...where, ...shape, lrOffset, hrOffset });
      lrOffset += lr.length;
      hrOffset += hr.length;
    }
  }
  const lrAll = new Uint8Array(lrOffset);
  const hrAll = new Uint16Array(hrOffset);
  let index = 0;
  for (const { lr, hr } of sources.flatMap((source) => source.images)) {
    lrAll.set(lr, pairs[index]!.lrOffset);
    hrAll.set(hr, pairs[index++]!.hrOffset);
  }
  return { pairs, lr: lrAll, hr: hrAll };
}

function bytesOf(samples: Uint8Array | Uint16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

/**
 * Writes a store as one file: length of the index, index as JSON, LR samples, HR samples (little-endian machines only,
 * the file never leaves its machine). It appears under its name only when it is whole.
 */
export async function writePairs(path: string, store: PairStore): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const index = new TextEncoder().encode(JSON.stringify(store.pairs));
  const lengths = Float64Array.of(index.length, store.lr.length, store.hr.length);
  const temporary = `${path}.${process.pid}`;
  const file = await open(temporary, 'w');
  try {
    for (const part of [bytesOf(new Uint8Array(lengths.buffer)), index, store.lr, bytesOf(store.hr)]) {
      await file.writeFile(part);
    }
    await file.close();
    await rename(temporary, path);
  } catch (cause) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw cause;
  }
}

/** Reads what {@link writePairs} wrote; null where there is no such file, or one that is not whole. */
export async function readPairs(path: string): Promise<PairStore | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    const fill = async (part: Uint8Array): Promise<boolean> => {
      let filled = 0;
      while (filled < part.length) {
        const { bytesRead } = await file.read(part, filled, Math.min(part.length - filled, 1 << 28));
        if (bytesRead === 0) return false;
        filled += bytesRead;
      }
      return true;
    };
    const lengths = new Float64Array(3);
    if (!(await fill(bytesOf(new Uint8Array(lengths.buffer))))) return null;
    const index = new Uint8Array(lengths[0]!);
    const lr = new Uint8Array(lengths[1]!);
    const hr = new Uint16Array(lengths[2]!);
    for (const part of [index, lr, bytesOf(hr)]) if (!(await fill(part))) return null;
    return { pairs: JSON.parse(new TextDecoder().decode(index)) as StoredPair[], lr, hr };
  } finally {
    await file.close();
  }
}
