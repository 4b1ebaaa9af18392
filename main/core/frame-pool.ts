import { Frame } from './frame.ts';
import type { FrameFormat, Plane } from './frame.ts';
import { pictureBytes, pixelFormatInfo, planeSizes } from './pixel-format.ts';

/** What tells one frame of a pool from another. */
export interface FrameStamp {
  readonly index: number;
  readonly pts: number;
  readonly duration: number | null;
}

/**
 * Frames of one format in reused shared memory, so that a worker thread sees the samples without a copy. The planes
 * of a picture lie packed one after another in one buffer (the layout of `rawvideo`).
 */
export class FramePool {
  readonly format: FrameFormat;
  readonly #idle: (readonly Plane[])[] = [];
  #allocated = 0;

  constructor(format: FrameFormat) {
    this.format = format;
  }

  /** Buffers made so far: the greatest number of frames that were alive at once. */
  get allocated(): number {
    return this.#allocated;
  }

  /** A frame with undefined content. Closing it gives its buffer back. */
  acquire(stamp: FrameStamp): Frame {
    const planes = this.#idle.pop() ?? this.#allocate();
    return new Frame({ ...stamp, format: this.format, planes }, () => this.#idle.push(planes));
  }

  #allocate(): readonly Plane[] {
    this.#allocated += 1;
    const { pixelFormat, width, height } = this.format;
    const buffer = new SharedArrayBuffer(pictureBytes(pixelFormat, width, height));
    const deep = pixelFormatInfo(pixelFormat).bitDepth > 8;
    let offset = 0;
    return planeSizes(pixelFormat, width, height).map((size) => {
      const length = size.width * size.height;
      const data = deep ? new Uint16Array(buffer, offset, length) : new Uint8Array(buffer, offset, length);
      offset += data.byteLength;
      return { data, width: size.width, height: size.height, stride: size.width };
    });
  }
}
