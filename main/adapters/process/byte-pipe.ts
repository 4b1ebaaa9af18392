/**
 * Bytes to and from a child. A direct pipe reads into and writes from the caller's memory by the kernel's own call on a
 * worker thread: a stream of Node makes a new buffer for every 64 KiB, which at a video's rates keeps the garbage
 * collector busier than the upscaling. Where there are no direct pipes (Windows, no engine built), a stream stands in.
 */
import { close, closeSync, readv, writev } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { openPipe } from '../../../native-bridge/cpu/pipe.ts';

/** Where bytes come from. Nothing is read before somebody asks. */
export interface ByteSource {
  /**
   * Fills `targets`, one after another, as far as bytes are here; waits for at least one.
   * @returns bytes read; 0 at the end
   */
  read(targets: readonly Uint8Array[]): Promise<number>;
  /** Leaves bytes out unread, where the source can. */
  skip?(bytes: number): void;
}

export interface PipeReader extends ByteSource {
  /** True once the other end was seen closed. */
  readonly isAtEnd: boolean;
  /** To be called when the child is gone or told to go. */
  close(): void;
}

export interface PipeWriter {
  /** Resolves once the memory of `parts` is free again: true when all of it is in the pipe, false when nobody reads it. */
  write(parts: readonly Uint8Array[]): Promise<boolean>;
  /** No more will come. */
  end(): void;
}

/** One end for us, one for the child. */
export interface DirectPipe<End> {
  readonly ours: End;
  readonly childFd: number;
  /** Gives up our copy of the child's end, once the child has it: else the end of the pipe would never be seen. */
  readonly handOver: () => void;
}

/** @returns null where there are no direct pipes */
export function openDirectReader(): DirectPipe<PipeReader> | null {
  const ends = openPipe();
  if (ends === null) return null;
  const [ours, childFd] = ends;
  return { ours: new FdReader(ours), childFd, handOver: () => closeSync(childFd) };
}

/** @returns null where there are no direct pipes */
export function openDirectWriter(): DirectPipe<PipeWriter> | null {
  const ends = openPipe();
  if (ends === null) return null;
  const [childFd, ours] = ends;
  return { ours: new FdWriter(ours), childFd, handOver: () => closeSync(childFd) };
}

/** A descriptor that may be closed at any time: it is, once no call uses it. */
class SharedFd {
  readonly #fd: number;
  #users = 0;
  #closing = false;
  #closed = false;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** @returns null once it is closed */
  take(): number | null {
    if (this.#closing) return null;
    this.#users += 1;
    return this.#fd;
  }

  giveBack(): void {
    this.#users -= 1;
    this.#settle();
  }

  close(): void {
    this.#closing = true;
    this.#settle();
  }

  #settle(): void {
    if (!this.#closing || this.#closed || this.#users > 0) return;
    this.#closed = true;
    close(this.#fd, () => undefined);
  }
}

class FdReader implements PipeReader {
  readonly #fd: SharedFd;
  isAtEnd = false;

  constructor(fd: number) {
    this.#fd = new SharedFd(fd);
  }

  read(targets: readonly Uint8Array[]): Promise<number> {
    const fd = this.#fd.take();
    if (fd === null) return Promise.resolve(0);
    return new Promise((resolve, reject) => {
      readv(fd, targets, (error, bytes) => {
        this.#fd.giveBack();
        this.isAtEnd ||= error === null && bytes === 0;
        if (error === null) resolve(bytes);
        else reject(error);
      });
    });
  }

  close(): void {
    this.#fd.close();
  }
}

class FdWriter implements PipeWriter {
  readonly #fd: SharedFd;

  constructor(fd: number) {
    this.#fd = new SharedFd(fd);
  }

  async write(parts: readonly Uint8Array[]): Promise<boolean> {
    let left = parts.filter((part) => part.length > 0);
    while (left.length > 0) {
      const written = await this.#writeSome(left);
      if (written === null) return false;
      left = dropFront(left, written);
    }
    return true;
  }

  end(): void {
    this.#fd.close();
  }

  /** @returns null when nobody reads any more */
  #writeSome(parts: readonly Uint8Array[]): Promise<number | null> {
    const fd = this.#fd.take();
    if (fd === null) return Promise.resolve(null);
    return new Promise((resolve) => {
      writev(fd, parts, (error, bytes) => {
        this.#fd.giveBack();
        // A pipe's only error is that its reader is gone.
        resolve(error === null ? bytes : null);
      });
    });
  }
}

function dropFront(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let drop = bytes;
  return parts.flatMap((part) => {
    const gone = Math.min(drop, part.length);
    drop -= gone;
    return gone === part.length ? [] : [part.subarray(gone)];
  });
}

/** An open file from its beginning. */
export class FileSource implements ByteSource {
  readonly #file: FileHandle;
  #position = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async read(targets: readonly Uint8Array[]): Promise<number> {
    const { bytesRead } = await this.#file.readv(targets, this.#position);
    this.#position += bytesRead;
    return bytesRead;
  }

  skip(bytes: number): void {
    this.#position += bytes;
  }
}

/** A stream of chunks as a source. */
export class StreamSource implements ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async read(targets: readonly Uint8Array[]): Promise<number> {
    while (this.#at === this.#chunk.length) {
      const next = await this.#chunks.next();
      if (next.done === true) return 0;
      this.#chunk = next.value;
      this.#at = 0;
    }
    const from = this.#at;
    for (const target of targets) {
      const part = this.#chunk.subarray(this.#at, this.#at + target.length);
      target.set(part);
      this.#at += part.length;
    }
    return this.#at - from;
  }
}

/** The stand-in for a direct pipe from a child. */
export class StreamReader extends StreamSource implements PipeReader {
  readonly #stream: Readable;

  constructor(stream: Readable) {
    super(stream as AsyncIterable<Uint8Array>);
    this.#stream = stream;
  }

  get isAtEnd(): boolean {
    return this.#stream.readableEnded;
  }

  close(): void {
    this.#stream.destroy();
  }
}

/** The stand-in for a direct pipe to a child. */
export class StreamWriter implements PipeWriter {
  readonly #stream: Writable;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  write(parts: readonly Uint8Array[]): Promise<boolean> {
    const stream = this.#stream;
    if (stream.destroyed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const gone = (): void => resolve(false);
      stream.once('close', gone);
      stream.cork();
      parts.forEach((part, i) => {
        const settle = (error?: Error | null): void => {
          stream.removeListener('close', gone);
          resolve(error == null);
        };
        stream.write(part, i < parts.length - 1 ? undefined : settle);
      });
      stream.uncork();
    });
  }

  end(): void {
    this.#stream.end();
  }
}
