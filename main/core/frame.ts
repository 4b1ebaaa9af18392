import type { ColorInfo } from './color.ts';
import type { PixelFormat } from './pixel-format.ts';
import type { TimeBase } from './time-base.ts';

/** Samples of one plane. 8-bit formats hold `Uint8Array`, all others `Uint16Array`. */
export type Samples = Uint8Array | Uint16Array;

export interface Plane {
  readonly data: Samples;
  /** In samples. */
  readonly width: number;
  readonly height: number;
  /** Samples from one row to the next, at least `width`. */
  readonly stride: number;
}

/** What all frames of a stream share. */
export interface FrameFormat {
  readonly pixelFormat: PixelFormat;
  readonly width: number;
  readonly height: number;
  readonly timeBase: TimeBase;
  readonly color: ColorInfo;
}

/**
 * One picture. The creator owns it with a count of one; whoever keeps it past the call that handed it over calls
 * {@link Frame.retain}, and everybody closes what they own. When the count falls to zero the buffer goes back to its pool.
 */
export class Frame {
  /** Zero-based number in decode output order of the job. */
  readonly index: number;
  /** Presentation time in ticks of `format.timeBase`. */
  readonly pts: number;
  /** Ticks, or `null` where the container does not say. */
  readonly duration: number | null;
  readonly format: FrameFormat;
  /** Luma (or G) first, alpha last. */
  readonly planes: readonly Plane[];
  #owners = 1;
  readonly #release: (() => void) | undefined;

  constructor(init: FrameInit, release?: () => void) {
    this.index = init.index;
    this.pts = init.pts;
    this.duration = init.duration;
    this.format = init.format;
    this.planes = init.planes;
    this.#release = release;
    liveFrames += 1;
  }

  /** Adds an owner. @throws Error when the frame is closed already */
  retain(): this {
    if (this.#owners === 0) throw new Error(`frame ${String(this.index)} was retained after it was closed`);
    this.#owners += 1;
    return this;
  }

  /** Gives up one ownership. @throws Error when closed more often than owned */
  close(): void {
    if (this.#owners === 0) throw new Error(`frame ${String(this.index)} was closed twice`);
    this.#owners -= 1;
    if (this.#owners > 0) return;
    liveFrames -= 1;
    this.#release?.();
  }
}

export interface FrameInit {
  readonly index: number;
  readonly pts: number;
  readonly duration: number | null;
  readonly format: FrameFormat;
  readonly planes: readonly Plane[];
}

let liveFrames = 0;

/** Frames created and not yet closed in this thread. Test suites assert that it returns to zero. */
export function liveFrameCount(): number {
  return liveFrames;
}
