import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';

export const MANIFEST_FILE = 'manifest.json';

/** Whole or not at all. */
export async function writeWhole(path: string, data: Uint8Array | string): Promise<void> {
  await writeFile(`${path}.part`, data);
  await rename(`${path}.part`, path);
}

/** @returns how a manifest lists a file */
export function describeFile(file: string, bytes: Uint8Array): { file: string; sha256: string; bytes: number } {
  return { file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.byteLength };
}
