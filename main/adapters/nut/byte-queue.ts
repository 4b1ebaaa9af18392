import type { ByteSource } from '../process/byte-pipe.ts';

/** As much as is read ahead of what was asked for. */
const AHEAD_BYTES = 4096;

/** Bytes of a source, pulled only when somebody wants them: a reader that does not read stops its producer. */
export class ByteQueue {
  readonly #source: ByteSource;
  readonly #ahead = new Uint8Array(AHEAD_BYTES);
  #start = 0;
  #end = 0;
  #ended = false;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Waits until `bytes` (at most 4096) are here or the source has ended; false when it ended before. */
  async fill(bytes: number): Promise<boolean> {
    if (bytes > AHEAD_BYTES)
      throw new RangeError(`expected at most ${String(AHEAD_BYTES)} bytes but got ${String(bytes)}`);
    if (this.#start + bytes > AHEAD_BYTES) {
      this.#ahead.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    while (this.#end - this.#start < bytes && !this.#ended)
      this.#end += await this.#read([this.#ahead.subarray(this.#end)]);
    return this.#end - this.#start >= bytes;
  }

  /** Bytes that are here, without taking them; fewer where fewer are. Valid until the next call. */
  peek(bytes: number): Uint8Array {
    return this.#ahead.subarray(this.#start, Math.min(this.#start + bytes, this.#end));
  }

  /** Drops bytes that are here. */
  skip(bytes: number): void {
    if (bytes > this.#end - this.#start)
      throw new RangeError(`expected ${String(bytes)} bytes in the queue but got fewer`);
    this.#start += bytes;
  }

  /** Fills `target` by the source itself; what comes behind it in the same read waits here. False when the source ended. */
  async readInto(target: Uint8Array): Promise<boolean> {
    const here = this.peek(target.length);
    target.set(here);
    this.#start += here.length;
    let at = here.length;
    while (at < target.length) {
      this.#start = 0;
      this.#end = 0;
      const bytes = await this.#read([target.subarray(at), this.#ahead]);
      if (bytes === 0) return false;
      this.#end = Math.max(0, bytes - (target.length - at));
      at += bytes - this.#end;
    }
    return true;
  }

  /** Passes over bytes, unread where the source can; false when the source is known to have ended before. */
  async pass(bytes: number): Promise<boolean> {
    const here = Math.min(bytes, this.#end - this.#start);
    this.#start += here;
    const left = bytes - here;
    if (left === 0) return true;
    if (this.#source.skip === undefined) return await this.readInto(new Uint8Array(left));
    this.#source.skip(left);
    return true;
  }

  async #read(targets: readonly Uint8Array[]): Promise<number> {
    const bytes = this.#ended ? 0 : await this.#source.read(targets);
    this.#ended ||= bytes === 0;
    return bytes;
  }
}
