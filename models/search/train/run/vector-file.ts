import { AppError } from '../../../../main/core/errors.ts';

interface StoredVector {
  readonly name: string;
  readonly length: number;
  /** All elements are this number, none is stored. */
  readonly fill: number | null;
  /** An earlier vector whose elements these are, none is stored. */
  readonly sameAs?: string;
}

/**
 * Layout: magic line, u32 length of the header (little endian), JSON header with the vectors in file order, then the
 * float32 vectors one after another.
 */
export function encodeVectors(
  magic: string,
  header: object,
  vectors: Readonly<Record<string, Float32Array>>,
): Uint8Array {
  const stored: Uint8Array[] = [];
  const names = new Map<Float32Array, string>();
  const list = Object.entries(vectors).map(([name, data]): StoredVector => {
    const sameAs = names.get(data);
    if (sameAs !== undefined) return { name, length: data.length, fill: null, sameAs };
    names.set(data, name);
    const first = data[0] ?? 0;
    const fill = data.every((value) => Object.is(value, first)) ? first : null;
    if (fill === null) stored.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return { name, length: data.length, fill };
  });
  const json = Buffer.from(JSON.stringify({ ...header, vectors: list }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.byteLength);
  return Buffer.concat([Buffer.from(magic), length, json, ...stored]);
}

/** @throws AppError `input-unreadable` for bytes that are not whole, or of another kind */
export function decodeVectors(
  magic: string,
  bytes: Uint8Array,
): { header: object; vectors: Partial<Record<string, Float32Array>> } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.subarray(0, magic.length).toString('latin1') !== magic) throw damaged('no training state at its start');
  const jsonStart = magic.length + 4;
  if (buffer.byteLength < jsonStart) throw damaged('only its first line');
  const jsonEnd = jsonStart + buffer.readUInt32LE(magic.length);
  const { vectors: list, ...header } = parseHeader(buffer.subarray(jsonStart, jsonEnd));
  const vectors: Record<string, Float32Array> = {};
  let at = jsonEnd;
  for (const { name, length, fill, sameAs } of list) {
    const data = new Float32Array(length);
    if (sameAs !== undefined) {
      data.set(vectors[sameAs] ?? []);
    } else if (fill === null) {
      if (at + data.byteLength > buffer.byteLength) throw damaged(`too few bytes for '${name}'`);
      new Uint8Array(data.buffer).set(buffer.subarray(at, at + data.byteLength));
      at += data.byteLength;
    } else {
      data.fill(fill);
    }
    vectors[name] = data;
  }
  if (at !== buffer.byteLength) throw damaged(`${buffer.byteLength - at} bytes too many`);
  return { header, vectors };
}

function parseHeader(json: Buffer): { vectors: StoredVector[] } {
  try {
    return JSON.parse(json.toString('utf8')) as { vectors: StoredVector[] };
  } catch (cause) {
    throw damaged('a header that is not JSON', cause);
  }
}

/** @returns the error of a state file that cannot be read */
export function damaged(what: string, cause?: unknown): AppError {
  return new AppError('input-unreadable', `expected a whole training state but got ${what}`, { cause });
}
