import type { Duplex } from 'node:stream';
import { HEADER_BYTES, MESSAGE, decodeHeader, encodeHeader } from './wire.ts';
import type { Header } from './wire.ts';

/** A whole message of the phone. */
export interface Received {
  readonly header: Header;
  readonly payload: Uint8Array;
  readonly firstByteMs: number;
  readonly lastByteMs: number;
}

export interface SocketListener {
  /** Where the payload of a message goes; null for memory of its own. */
  place(header: Header): Uint8Array | null;
  onMessage(message: Received): void;
  /** Bytes arrived or left: the phone lives. */
  onProgress(): void;
  /** Called once, however the socket ends. */
  onEnd(why: string): void;
}

const NUDGE = encodeHeader({ type: MESSAGE.nudge, ...{ id: 0, a: 0, b: 0, c: 0, length: 0 } });

/** Messages over one byte stream to the phone. */
export class PhoneSocket {
  /** Requests sent and not answered. */
  outstanding = 0;
  readonly #stream: Duplex;
  readonly #listener: SocketListener;
  readonly #head = new Uint8Array(HEADER_BYTES);
  #headBytes = 0;
  #body: { header: Header; payload: Uint8Array; at: number; firstByteMs: number } | null = null;
  #firstByteMs = 0;
  #ended = false;

  constructor(stream: Duplex, listener: SocketListener) {
    this.#stream = stream;
    this.#listener = listener;
    stream.on('data', (chunk: Uint8Array) => this.#take(chunk));
    stream.on('error', (error) => this.#end(error.message));
    stream.on('end', () => this.#end('the phone closed it'));
    stream.on('close', () => this.#end('it was cut'));
  }

  /** @returns when the bytes have left this process */
  send(header: Omit<Header, 'length'>, payload: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#stream.cork();
      this.#stream.write(encodeHeader({ ...header, length: payload.length }));
      // A failed write is told by the end of the stream.
      this.#stream.write(payload, () => {
        this.#listener.onProgress();
        resolve();
      });
      this.#stream.uncork();
    });
  }

  close(): void {
    this.#ended = true;
    this.#stream.destroy();
  }

  #end(why: string): void {
    if (this.#ended) return;
    this.close();
    this.#listener.onEnd(why);
  }

  #take(chunk: Uint8Array): void {
    if (this.#ended) return;
    this.#listener.onProgress();
    try {
      for (let at = 0; at < chunk.length;) at += this.#body ? this.#fill(chunk, at) : this.#start(chunk, at);
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
      return;
    }
    // The adb server leaves Nagle's algorithm on: the tail of an answer would wait some 40 ms for our acknowledgement,
    // which nothing but data of ours brings at once. With a second request under way such data is on its way anyhow.
    if (this.#body !== null && this.outstanding === 1) this.#stream.write(NUDGE);
  }

  #start(chunk: Uint8Array, from: number): number {
    if (this.#headBytes === 0) this.#firstByteMs = performance.now();
    const part = chunk.subarray(from, from + HEADER_BYTES - this.#headBytes);
    this.#head.set(part, this.#headBytes);
    this.#headBytes += part.length;
    if (this.#headBytes < HEADER_BYTES) return part.length;
    this.#headBytes = 0;
    const header = decodeHeader(this.#head);
    const payload = this.#listener.place(header) ?? new Uint8Array(header.length);
    this.#body = { header, payload, at: 0, firstByteMs: this.#firstByteMs };
    if (header.length === 0) this.#finish();
    return part.length;
  }

  #fill(chunk: Uint8Array, from: number): number {
    const body = this.#body!;
    const part = chunk.subarray(from, from + body.header.length - body.at);
    body.payload.set(part, body.at);
    body.at += part.length;
    if (body.at === body.header.length) this.#finish();
    return part.length;
  }

  #finish(): void {
    const { header, payload, firstByteMs } = this.#body!;
    this.#body = null;
    this.#listener.onMessage({ header, payload, firstByteMs, lastByteMs: performance.now() });
  }
}
