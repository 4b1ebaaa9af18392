import type { Plane } from '../../core/frame.ts';
import { pictureBytes, pixelFormatInfo, planeSizes } from '../../core/pixel-format.ts';
import type { PixelFormat } from '../../core/pixel-format.ts';

/** One picture's memory: planes packed one after another, the layout of raw video, in memory that worker threads share. */
export interface Picture {
  readonly planes: readonly Plane[];
  /** The same memory as bytes, plane by plane. */
  readonly bytes: readonly Uint8Array[];
}

/** Gives out pictures and takes them back. It grows to what its users hold at once and no further. */
export class PicturePool {
  readonly #format: PixelFormat;
  readonly #width: number;
  readonly #height: number;
  #free: Picture[] = [];

  constructor(format: PixelFormat, width: number, height: number) {
    this.#format = format;
    this.#width = width;
    this.#height = height;
  }

  take(): Picture {
    return this.#free.pop() ?? allocatePicture(this.#format, this.#width, this.#height);
  }

  give(picture: Picture): void {
    this.#free.push(picture);
  }

  /** Forgets the free pictures; those still out are collected when they come to nobody. */
  clear(): void {
    this.#free = [];
  }
}

function allocatePicture(format: PixelFormat, width: number, height: number): Picture {
  const memory = new SharedArrayBuffer(pictureBytes(format, width, height));
  const isWide = pixelFormatInfo(format).bitDepth > 8;
  let offset = 0;
  const planes: Plane[] = [];
  const bytes: Uint8Array[] = [];
  for (const size of planeSizes(format, width, height)) {
    const samples = size.width * size.height;
    const data = isWide ? new Uint16Array(memory, offset, samples) : new Uint8Array(memory, offset, samples);
    planes.push({ data, width: size.width, height: size.height, stride: size.width });
    bytes.push(new Uint8Array(memory, offset, data.byteLength));
    offset += data.byteLength;
  }
  return { planes, bytes };
}
