import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { PairStore } from './pair-store.ts';
import { HR_STEPS } from './prepare-image.ts';

/** A trained network to learn from: its outputs stand for HR, or are mixed with it, in a share of the samples. */
export interface Teacher {
  /** Tells one teacher from another: its outputs are kept under this name. */
  readonly id: string;
  /** Of the samples; the loss over many steps is the two targets' weighted sum. */
  readonly share: number;
  /** Of its outputs in those samples, 0 to 1; the rest is HR. */
  readonly weight: number;
  /** @returns luma in code values, `scale` times as wide and as high */
  readonly upscale: (lr: Uint8Array, width: number, height: number) => Promise<Float32Array>;
}

/**
 * The teacher's outputs for all training LR, computed once and kept beside the samples.
 * @returns as {@link PairStore.hr}
 */
export async function teacherOutputs(
  store: PairStore,
  teacher: Teacher,
  options: { cacheDir: string; key: string; onProgress?: (done: number, total: number) => void },
): Promise<Uint16Array> {
  const path = join(options.cacheDir, `teacher-${options.key}-${teacher.id.slice(0, 16)}.bin`);
  const known = await readSamples(path, store.hr.length);
  if (known !== null) return known;
  const outputs = new Uint16Array(store.hr.length);
  const pairs = store.pairs.filter(({ validation }) => !validation);
  for (const [i, { lrOffset, hrOffset, lrWidth, lrHeight }] of pairs.entries()) {
    const lr = store.lr.subarray(lrOffset, lrOffset + lrWidth * lrHeight);
    const sr = await teacher.upscale(lr, lrWidth, lrHeight);
    sr.forEach((value, at) => (outputs[hrOffset + at] = Math.round(Math.min(255, Math.max(0, value)) * HR_STEPS)));
    options.onProgress?.(i + 1, pairs.length);
  }
  await writeSamples(path, outputs);
  return outputs;
}

async function readSamples(path: string, length: number): Promise<Uint16Array | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    const samples = new Uint16Array(length);
    const bytes = new Uint8Array(samples.buffer);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, Math.min(bytes.length - filled, 1 << 28));
      if (bytesRead === 0) return null;
      filled += bytesRead;
    }
    return samples;
  } finally {
    await file.close();
  }
}

/** Appears under its name only when it is whole. */
async function writeSamples(path: string, samples: Uint16Array): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
