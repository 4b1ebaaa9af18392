/**
 * Reads one stream out of a NUT byte stream as it comes. Headers are checked by their checksums; payloads are read
 * straight into the caller's memory. The index that a muxer writes when it ends well is the end mark.
 */
import { rescaleTicks } from '../../core/time-base.ts';
import type { ByteSource } from '../process/byte-pipe.ts';
import { ByteQueue } from './byte-queue.ts';
import { FILE_ID, FRAME_FLAGS, LARGEST_UNCHECKED_PACKET, START_CODES } from './constants.ts';
import { crcOf } from './crc.ts';
import { parseMainHeader, parseStreamHeader } from './headers.ts';
import type { NutMainHeader, NutStream } from './headers.ts';

export type { NutStream } from './headers.ts';
import { nutError, VarReader } from './var-reader.ts';

/** Head of a frame; its payload must be read or skipped before the next. */
export interface NutPacket {
  readonly pts: number;
  readonly isKey: boolean;
  /** Bytes of the payload, those left out by elision included. */
  readonly size: number;
}

/** Readers allocate what a frame announces; an 8K picture of 16 bits in 4:4:4 has a fifth of it. */
const LARGEST_FRAME_BYTES = 2 ** 30;
const LARGEST_HEADER_BYTES = 64 * 1024 * 1024;
/** More than any frame head has: seven numbers of up to ten bytes and a checksum. */
const LONGEST_FRAME_HEAD = 80;

export class NutDemuxer {
  readonly #bytes: ByteQueue;
  readonly #main: NutMainHeader;
  readonly stream: NutStream;
  #lastPts = 0;
  #pending: { head: Uint8Array; rest: number } | null = null;
  #sawIndex = false;

  private constructor(bytes: ByteQueue, main: NutMainHeader, stream: NutStream) {
    this.#bytes = bytes;
    this.#main = main;
    this.stream = stream;
  }

  /** Reads the headers. @throws AppError when this is no NUT stream of one video track */
  static async open(source: ByteSource): Promise<NutDemuxer> {
    const bytes = new ByteQueue(source);
    const id = new Uint8Array(FILE_ID.length);
    if (!(await bytes.readInto(id))) throw nutError('a NUT header', 'the end of the stream');
    if (crcOf(id) !== crcOf(FILE_ID)) throw nutError('a NUT header', 'something else');
    const main = parseMainHeader(await expectPacket(bytes, 'main'));
    if (main.streams !== 1) throw nutError('one track', String(main.streams));
    const stream = parseStreamHeader(await expectPacket(bytes, 'stream'), main);
    if (stream.kind !== 0) throw nutError('a video track', `a track of kind ${String(stream.kind)}`);
    return new NutDemuxer(bytes, main, stream);
  }

  /** True when the stream ended with an index: its muxer finished its work. */
  get isComplete(): boolean {
    return this.#sawIndex;
  }

  /** The next frame's head, `null` at the end of the stream. @throws AppError for a damaged or cut stream */
  async nextPacket(): Promise<NutPacket | null> {
    if (this.#pending !== null) throw new Error('the payload of the frame before was not read');
    for (;;) {
      if (!(await this.#bytes.fill(1))) return null;
      if (this.#bytes.peek(1)[0] !== 0x4e) return await this.#readFrameHead();
      const { kind, payload } = await readPacket(this.#bytes);
      if (kind === 'syncpoint') this.#resetPts(new VarReader(payload));
      this.#sawIndex = kind === 'index';
    }
  }

  /** Fills `targets`, one after another, with the payload; their sizes must add up to the packet's. */
  async readPayload(targets: readonly Uint8Array[]): Promise<void> {
    const { head, rest } = this.#takePending();
    let elided = head;
    let left = rest;
    for (const target of targets) {
      target.set(elided.subarray(0, target.length));
      const tail = target.subarray(Math.min(elided.length, target.length));
      elided = elided.subarray(target.length - tail.length);
      left -= tail.length;
      if (left < 0) throw new RangeError('the targets are larger than the payload');
      if (!(await this.#bytes.readInto(tail))) throw nutError('a whole frame', 'the end of the stream');
    }
    if (left !== 0) throw new RangeError('the targets are smaller than the payload');
  }

  /** Passes over the payload. A file that ends within it is noticed by its missing index. */
  async skipPayload(): Promise<void> {
    if (!(await this.#bytes.pass(this.#takePending().rest))) throw nutError('a whole frame', 'the end of the stream');
  }

  #takePending(): { head: Uint8Array; rest: number } {
    const pending = this.#pending;
    if (pending === null) throw new Error('no frame head was read');
    this.#pending = null;
    return pending;
  }

  /** A syncpoint gives a decoding time, which is negative at the start of a stream with B-frames. */
  #resetPts(reader: VarReader): void {
    const bases = this.#main.timeBases;
    const coded = bases.length === 1 ? reader.v64() : reader.v();
    const base = bases[coded % bases.length] ?? this.stream.timeBase;
    const ticks = Math.floor(coded / bases.length);
    const isSame = base.num === this.stream.timeBase.num && base.den === this.stream.timeBase.den;
    this.#lastPts = isSame ? ticks : rescaleTicks(ticks, base, this.stream.timeBase);
  }

  async #readFrameHead(): Promise<NutPacket> {
    await this.#bytes.fill(LONGEST_FRAME_HEAD);
    const reader = new VarReader(this.#bytes.peek(LONGEST_FRAME_HEAD));
    const code = this.#main.frameCodes[reader.u8()];
    if (code === undefined || (code.flags & FRAME_FLAGS.invalid) !== 0)
      throw nutError('a frame', 'an invalid frame code');
    const flags = code.flags & FRAME_FLAGS.coded ? code.flags ^ reader.v() : code.flags;
    const has = (flag: number) => (flags & flag) !== 0;
    const streamId = has(FRAME_FLAGS.streamId) ? reader.v() : code.streamId;
    if (streamId !== this.stream.id) throw nutError(`track ${String(this.stream.id)}`, `track ${String(streamId)}`);
    const pts = has(FRAME_FLAGS.codedPts) ? this.#fullPts(reader.v()) : this.#lastPts + code.ptsDelta;
    const size = code.sizeLsb + (has(FRAME_FLAGS.sizeMsb) ? code.sizeMul * reader.v() : 0);
    if (has(FRAME_FLAGS.matchTime)) reader.s();
    const headerIdx = has(FRAME_FLAGS.headerIdx) ? reader.v() : code.headerIdx;
    const reserved = has(FRAME_FLAGS.reserved) ? reader.v() : code.reserved;
    for (let i = 0; i < reserved; i++) reader.v();
    if (has(FRAME_FLAGS.checksum)) {
      const sum = crcOf(reader.bytes.subarray(0, reader.position));
      if (reader.u32() !== sum) throw nutError('a frame head with a right checksum', 'a damaged one');
    }
    if (has(FRAME_FLAGS.sideData)) throw nutError('frames without side data', 'one with');
    if (size > LARGEST_FRAME_BYTES) throw nutError('a frame of a sane size', `${String(size)} bytes`);
    const head = size > 4096 ? this.#main.elision[0] : this.#main.elision[headerIdx];
    if (head === undefined || head.length > size) throw nutError('a known elision header', 'another');
    this.#bytes.skip(reader.position);
    this.#lastPts = pts;
    this.#pending = { head, rest: size - head.length };
    return { pts, isKey: has(FRAME_FLAGS.key), size };
  }

  /** A short stamp gives only the lowest bits: the nearest value to the last stamp has them. */
  #fullPts(coded: number): number {
    const span = 2 ** this.stream.msbPtsShift;
    if (coded >= span) return coded - span;
    const lowest = this.#lastPts - Math.floor((span - 1) / 2);
    return lowest + ((((coded - lowest) % span) + span) % span);
  }
}

async function expectPacket(bytes: ByteQueue, kind: keyof typeof START_CODES): Promise<Uint8Array> {
  for (;;) {
    if (!(await bytes.fill(1))) throw nutError(`a ${kind} header`, 'the end of the stream');
    const packet = await readPacket(bytes);
    if (packet.kind === kind) return packet.payload;
    if (packet.kind !== 'info') throw nutError(`a ${kind} header`, `a ${packet.kind}`);
  }
}

/** Reads a whole packet that opens with a start code; its payload without the checksum, which is verified. */
async function readPacket(bytes: ByteQueue): Promise<{ kind: string; payload: Uint8Array }> {
  await bytes.fill(22);
  const reader = new VarReader(bytes.peek(22));
  const startCode = Buffer.from(reader.take(8)).toString('hex');
  const kind = Object.entries(START_CODES).find(([, code]) => code === startCode)?.[0];
  const size = reader.v();
  if (size > LARGEST_UNCHECKED_PACKET) {
    const sum = crcOf(reader.bytes.subarray(0, reader.position));
    if (reader.u32() !== sum) throw nutError('a packet head with a right checksum', 'a damaged one');
  }
  if (size < 4 || size > LARGEST_HEADER_BYTES) throw nutError('a packet of a sane size', `${String(size)} bytes`);
  bytes.skip(reader.position);
  const body = new Uint8Array(size);
  if (!(await bytes.readInto(body))) throw nutError('a whole packet', 'the end of the stream');
  if (crcOf(body) !== 0) throw nutError('a packet with a right checksum', 'a damaged one');
  return { kind: kind ?? 'unknown', payload: body.subarray(0, size - 4) };
}
