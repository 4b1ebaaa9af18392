/** Bytes of a stream, pulled only when somebody wants them: a reader that does not read stops its producer. */
export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunks: Uint8Array[] = [];
  #offset = 0;
  #available = 0;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  get available(): number {
    return this.#available;
  }

  /** Waits until `bytes` are here or the stream has ended; false when it ended before. */
  async fill(bytes: number): Promise<boolean> {
    while (this.#available < bytes && !this.#ended) {
      const { value, done } = await this.#source.next();
      if (done === true) this.#ended = true;
      else if (value.length > 0) {
        this.#chunks.push(value);
        this.#available += value.length;
      }
    }
    return this.#available >= bytes;
  }

  /** Copies bytes that are here without taking them; shorter where fewer are. */
  peek(bytes: number): Uint8Array {
    const out = new Uint8Array(Math.min(bytes, this.#available));
    let at = 0;
    for (let i = 0; at < out.length; i++) {
      const chunk = this.#chunks[i];
      if (chunk === undefined) break;
      const part = chunk.subarray(i === 0 ? this.#offset : 0, (i === 0 ? this.#offset : 0) + out.length - at);
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  /** Drops bytes that are here. */
  skip(bytes: number): void {
    let left = bytes;
    while (left > 0) left -= this.#takePart(left).length;
  }

  /** Fills `target`; false when the stream ended before. */
  async readInto(target: Uint8Array): Promise<boolean> {
    let at = 0;
    while (at < target.length) {
      if (!(await this.fill(1))) return false;
      const part = this.#takePart(target.length - at);
      target.set(part, at);
      at += part.length;
    }
    return true;
  }

  /** Takes at most `most` bytes of the first chunk, without a copy. */
  #takePart(most: number): Uint8Array {
    const chunk = this.#chunks[0];
    if (chunk === undefined) throw new RangeError(`expected ${String(most)} bytes in the queue but got none`);
    const part = chunk.subarray(this.#offset, this.#offset + most);
    this.#offset += part.length;
    this.#available -= part.length;
    if (this.#offset === chunk.length) {
      this.#chunks.shift();
      this.#offset = 0;
    }
    return part;
  }
}
