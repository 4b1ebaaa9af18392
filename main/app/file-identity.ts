import { createHash } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { isNumbered, numberedName } from '../core/pictures.ts';

export const fileIdentitySchema = z.strictObject({
  path: z.string(),
  sizeBytes: z.int(),
  modifiedMs: z.number(),
  /** SHA-256 of the first and the last mebibyte and of 64 KiB at places between. */
  sampledSha256: z.string(),
});
export type FileIdentity = z.infer<typeof fileIdentitySchema>;

const END_BYTES = 1 << 20;
const MIDDLE_BYTES = 1 << 16;
const MIDDLE_SAMPLES = 30;

/** Tells a file from another one, or from itself after a change, without reading all of it. */
export async function identifyFile(path: string): Promise<FileIdentity> {
  if (isNumbered(path)) return identifyRow(path);
  const file = await open(path, 'r');
  try {
    const { size, mtimeMs } = await file.stat();
    const hash = createHash('sha256');
    for (const { at, bytes } of samplePlaces(size)) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, at);
      hash.update(buffer.subarray(0, bytesRead));
    }
    return { path, sizeBytes: size, modifiedMs: mtimeMs, sampledSha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

/** Numbered pictures: the names, sizes and times of all, and the bytes of the first and the last. */
async function identifyRow(path: string): Promise<FileIdentity> {
  const fits = numberedName(basename(path));
  const names = (await readdir(dirname(path))).filter((name) => fits.test(name)).sort();
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let modifiedMs = 0;
  for (const name of names) {
    const { size, mtimeMs } = await stat(join(dirname(path), name));
    hash.update(`${name} ${size}\n`);
    sizeBytes += size;
    modifiedMs = Math.max(modifiedMs, mtimeMs);
  }
  for (const name of new Set([names[0], names.at(-1)])) {
    if (name !== undefined) hash.update((await identifyFile(join(dirname(path), name))).sampledSha256);
  }
  return { path, sizeBytes, modifiedMs, sampledSha256: hash.digest('hex') };
}

function samplePlaces(size: number): { at: number; bytes: number }[] {
  if (size <= END_BYTES) return [{ at: 0, bytes: END_BYTES }];
  const step = size / (MIDDLE_SAMPLES + 1);
  const middle = Array.from({ length: MIDDLE_SAMPLES }, (_, i) => Math.floor((i + 1) * step));
  return [
    { at: 0, bytes: END_BYTES },
    ...middle.map((at) => ({ at, bytes: MIDDLE_BYTES })),
    { at: Math.max(0, size - END_BYTES), bytes: END_BYTES },
  ];
}

/** SHA-256 of a whole file. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const memory = new Uint8Array(1 << 20);
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(memory, 0, memory.length);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(memory.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
