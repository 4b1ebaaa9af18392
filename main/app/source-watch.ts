import type { Frame } from '../core/frame.ts';
import type { FrameSource } from '../core/frame-stream.ts';
import { pixelFormatInfo } from '../core/pixel-format.ts';

/** Every so many samples one is looked at: enough to tell a black film from a dark one. */
const SAMPLE_STEP = 61;
/** Codes of 8 bit above limited range's black that still pass for black. */
const DARKEST_PICTURE = 24;

/** A source that also remembers whether anything was ever to be seen. */
export class WatchedSource implements FrameSource {
  readonly format: FrameSource['format'];
  readonly #source: FrameSource;
  #isBlack = true;

  constructor(source: FrameSource) {
    this.#source = source;
    this.format = source.format;
  }

  /** True while every frame so far was black. */
  get isBlack(): boolean {
    return this.#isBlack;
  }

  async *frames(): AsyncGenerator<Frame> {
    for await (const frame of this.#source.frames()) {
      if (this.#isBlack) this.#isBlack = !showsSomething(frame);
      yield frame;
    }
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

function showsSomething({ planes, format }: Frame): boolean {
  const threshold = DARKEST_PICTURE * 2 ** (pixelFormatInfo(format.pixelFormat).bitDepth - 8);
  const { data } = planes[0]!;
  for (let i = 0; i < data.length; i += SAMPLE_STEP) if (data[i]! > threshold) return true;
  return false;
}
