/** The parts of a WebP file, which is a RIFF. https://developers.google.com/speed/webp/docs/riff_container */
import { open, readFile } from 'node:fs/promises';

export interface WebpChunk {
  readonly name: string;
  /** Of what the chunk holds, in the file. */
  readonly at: number;
}

const HEAD_BYTES = 12;

export function listWebpChunks(bytes: Buffer): WebpChunk[] {
  const chunks: WebpChunk[] = [];
  for (let at = HEAD_BYTES; at + 8 <= bytes.length; at += 8 + Math.ceil(bytes.readUInt32LE(at + 4) / 2) * 2)
    chunks.push({ name: bytes.toString('latin1', at, at + 4), at: at + 8 });
  return chunks;
}

/** Of a frame's milliseconds, in its chunk. */
const DURATION_AT = 12;

/** Makes an animation as long as it ought to be by its last picture, which ffmpeg gives the mean of the others. */
export async function setWebpLength(path: string, totalMs: number): Promise<void> {
  const bytes = await readFile(path);
  const places = listWebpChunks(bytes).flatMap(({ name, at }) => (name === 'ANMF' ? [at + DURATION_AT] : []));
  const last = places.pop();
  if (last === undefined) return;
  const before = places.reduce((sum, at) => sum + bytes.readUIntLE(at, 3), 0);
  const patch = Buffer.alloc(3);
  patch.writeUIntLE(Math.min(0xffffff, Math.max(1, totalMs - before)), 0, 3);
  const file = await open(path, 'r+');
  try {
    await file.write(patch, 0, patch.length, last);
  } finally {
    await file.close();
  }
}
