import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { Frame, Plane } from '../core/frame.ts';
import type { ModelStore } from '../core/model-store.ts';
import { HEAD_BYTES, formatHead, readHead } from './spool-record.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const FASTEST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** A segment that takes longer than this to compute is worth a spool. */
const WORTH_MS = 10_000;
/** What was computed within this time may be lost when the power fails. */
const FLUSH_EVERY_MS = 1000;

export interface SpoolOptions {
  readonly segmentFrames: number;
  /** First segment that is not finished. */
  readonly firstSegment: number;
  readonly pathOf: (segment: number) => string;
  /** Most that its files may take together; what does not fit is not kept. */
  readonly limitBytes: number;
  /** Told once, when the first picture is kept. */
  readonly onFirst?: () => void;
}

interface Place {
  readonly segment: number;
  readonly offset: number;
  readonly bytes: number;
  readonly pts: number;
}

/**
 * What the model made of the frames of segments that are not finished yet, losslessly, one file a segment. A segment's
 * file goes when the segment is in the journal. Nothing here ever fails a job: what cannot be kept is made again.
 */
export class Spool implements ModelStore {
  readonly #options: SpoolOptions;
  readonly #files = new Map<number, { handle: FileHandle; end: number }>();
  readonly #places = new Map<number, Place>();
  #bytes = 0;
  #meanMs: number | null = null;
  #writing: Promise<void> = Promise.resolve();
  #flushedMs = performance.now();
  #isBroken = false;
  #hasToldFirst = false;

  private constructor(options: SpoolOptions) {
    this.#options = options;
  }

  /** Finds again what an interrupted job left. */
  static async open(options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(options);
    for (const ahead of [0, 1]) await spool.#find(options.firstSegment + ahead);
    return spool;
  }

  /** Pictures that need not be made again. */
  get pictures(): number {
    return this.#places.size;
  }

  async recall({ index, pts }: Frame, output: readonly Plane[]): Promise<boolean> {
    const place = this.#places.get(index);
    const file = place && this.#files.get(place.segment);
    if (place?.pts !== pts || file === undefined) return false;
    try {
      const record = await readAt(file.handle, place.offset, HEAD_BYTES + place.bytes);
      const payload = record.subarray(HEAD_BYTES);
      if (readHead(record)?.sha256 !== hashOf(payload)) return false;
      return unpack(await decompress(payload), output);
    } catch {
      return false;
    }
  }

  async keep({ index, pts }: Frame, output: readonly Plane[], computeMs: number): Promise<void> {
    const { segmentFrames, limitBytes } = this.#options;
    this.#meanMs = this.#meanMs === null ? computeMs : 0.9 * this.#meanMs + 0.1 * computeMs;
    const isWorth = this.#meanMs * segmentFrames > WORTH_MS;
    if (!isWorth || this.#isBroken || this.#bytes >= limitBytes) return;
    try {
      const payload = await compress(pack(output), FASTEST);
      const head = formatHead({ index, pts, bytes: payload.length, sha256: hashOf(payload) });
      this.#writing = this.#writing.then(() => this.#append(index, pts, Buffer.concat([head, payload])));
      this.#writing = this.#writing.catch(() => this.#giveUp());
      await this.#writing; // A slow disk holds the lane back instead of filling the memory.
    } catch {
      await this.#giveUp();
    }
  }

  /** The segment is in the journal. */
  async drop(segment: number): Promise<void> {
    await this.#writing;
    const file = this.#files.get(segment);
    this.#files.delete(segment);
    for (const [index, place] of this.#places) if (place.segment === segment) this.#places.delete(index);
    this.#bytes -= file?.end ?? 0;
    await file?.handle.close().catch(() => undefined);
    await rm(this.#options.pathOf(segment), { force: true }).catch(() => undefined);
  }

  /** Lets go of the files and leaves them. */
  async close(): Promise<void> {
    this.#isBroken = true;
    await this.#writing;
    for (const { handle } of this.#files.values()) await handle.close().catch(() => undefined);
    this.#files.clear();
  }

  async #find(segment: number): Promise<void> {
    const handle = await open(this.#options.pathOf(segment), 'r+').catch(() => null);
    if (handle === null) return;
    const { size } = await handle.stat();
    let offset = 0;
    for (; offset + HEAD_BYTES <= size;) {
      const head = readHead(await readAt(handle, offset, HEAD_BYTES));
      if (head === null || offset + HEAD_BYTES + head.bytes > size) break;
      this.#places.set(head.index, { segment, offset, bytes: head.bytes, pts: head.pts });
      offset += HEAD_BYTES + head.bytes;
    }
    // A record that was being written is cut off here and overwritten by the next one.
    await handle.truncate(offset);
    this.#files.set(segment, { handle, end: offset });
    this.#bytes += offset;
  }

  async #append(index: number, pts: number, record: Buffer): Promise<void> {
    if (this.#isBroken) return;
    const segment = Math.floor(index / this.#options.segmentFrames);
    const file = this.#files.get(segment) ?? { handle: await open(this.#options.pathOf(segment), 'w+'), end: 0 };
    this.#files.set(segment, file);
    await file.handle.write(record, 0, record.length, file.end);
    this.#places.set(index, { segment, offset: file.end, bytes: record.length - HEAD_BYTES, pts });
    file.end += record.length;
    this.#bytes += record.length;
    if (!this.#hasToldFirst) this.#options.onFirst?.();
    this.#hasToldFirst = true;
    if (performance.now() - this.#flushedMs < FLUSH_EVERY_MS) return;
    await file.handle.datasync();
    this.#flushedMs = performance.now();
  }

  /** The disk is full or gone: the job matters more. */
  async #giveUp(): Promise<void> {
    this.#isBroken = true;
    this.#places.clear();
    for (const [segment, { handle }] of this.#files) {
      await handle.close().catch(() => undefined);
      await rm(this.#options.pathOf(segment), { force: true }).catch(() => undefined);
    }
    this.#files.clear();
  }
}

async function readAt(handle: FileHandle, offset: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await handle.read(buffer, 0, bytes, offset);
  return buffer.subarray(0, bytesRead);
}

function bytesOf({ data }: Plane): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function pack(planes: readonly Plane[]): Buffer {
  return Buffer.concat(planes.map(bytesOf));
}

function unpack(bytes: Buffer, planes: readonly Plane[]): boolean {
  if (bytes.length !== planes.reduce((sum, plane) => sum + plane.data.byteLength, 0)) return false;
  let offset = 0;
  for (const plane of planes) {
    bytesOf(plane).set(bytes.subarray(offset, offset + plane.data.byteLength));
    offset += plane.data.byteLength;
  }
  return true;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
