import { createHash } from 'node:crypto';
import type { Frame } from '../core/frame.ts';
import type { FrameSource } from '../core/frame-stream.ts';
import { pixelFormatInfo } from '../core/pixel-format.ts';

/** Every so many samples one is looked at: enough to tell a black film from a dark one. */
const SAMPLE_STEP = 61;
/** Codes of 8 bit above limited range's black that still pass for black. */
const DARKEST_PICTURE = 24;

export interface WatchOptions {
  /** Frames before the first one that comes were black, or there were none. */
  readonly startsBlack: boolean;
  /** The last frame of every so many is hashed, and the very last one. */
  readonly segmentFrames: number;
}

/** A source that also remembers whether anything was ever to be seen, and hashes of the frames that end segments. */
export class WatchedSource implements FrameSource {
  readonly format: FrameSource['format'];
  readonly #source: FrameSource;
  readonly #segmentFrames: number;
  readonly #marks = new Map<number, string>();
  #isBlack: boolean;
  #last: Frame | null = null;
  #isClosed = false;

  constructor(source: FrameSource, { startsBlack, segmentFrames }: WatchOptions) {
    this.#source = source;
    this.#isBlack = startsBlack;
    this.#segmentFrames = segmentFrames;
    this.format = source.format;
  }

  /** True while every frame so far was black. */
  get isBlack(): boolean {
    return this.#isBlack;
  }

  /** SHA-256 of the frame that ended this segment; asked for once. */
  takeMark(segment: number): string {
    const mark = this.#marks.get(segment);
    if (mark === undefined) throw new Error(`expected the end of segment ${segment} to have been seen`);
    this.#marks.delete(segment);
    return mark;
  }

  async *frames(): AsyncGenerator<Frame> {
    for await (const frame of this.#source.frames()) {
      this.#remember(frame);
      if (this.#isBlack) this.#isBlack = !showsSomething(frame);
      if ((frame.index + 1) % this.#segmentFrames === 0) this.#mark(frame);
      yield frame;
    }
    if (this.#last !== null) this.#mark(this.#last);
    this.#remember(null);
  }

  losses(): readonly string[] {
    return this.#source.losses?.() ?? [];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#remember(null);
    await this.#source.close();
  }

  /** The last frame is kept until the next one comes: only then is it known whether it ends the source. */
  #remember(frame: Frame | null): void {
    this.#last?.close();
    this.#last = this.#isClosed ? null : (frame?.retain() ?? null);
  }

  #mark(frame: Frame): void {
    this.#marks.set(Math.floor(frame.index / this.#segmentFrames), hashFrame(frame));
  }
}

/** SHA-256 of a frame's samples, plane by plane without the gaps between rows. */
export function hashFrame({ planes }: Frame): string {
  const hash = createHash('sha256');
  for (const { data, width, height, stride } of planes) {
    if (stride === width) hash.update(data.subarray(0, width * height));
    else for (let y = 0; y < height; y++) hash.update(data.subarray(y * stride, y * stride + width));
  }
  return hash.digest('hex');
}

function showsSomething({ planes, format }: Frame): boolean {
  const threshold = DARKEST_PICTURE * 2 ** (pixelFormatInfo(format.pixelFormat).bitDepth - 8);
  const { data } = planes[0]!;
  for (let i = 0; i < data.length; i += SAMPLE_STEP) if (data[i]! > threshold) return true;
  return false;
}
