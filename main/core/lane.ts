import type { Frame } from './frame.ts';
import type { Arithmetic } from './runtime.ts';

/** Where the time of one frame went inside a lane, in milliseconds. */
export interface LaneTimes {
  /** Waiting inside the lane for its device. */
  readonly waitMs: number;
  readonly sendMs: number;
  readonly computeMs: number;
  readonly receiveMs: number;
  /** Chroma resampling and colour conversion; overlaps with `computeMs`. */
  readonly chromaMs: number;
}

export interface LaneResult {
  /** Owned by the caller. */
  readonly frame: Frame;
  readonly times: LaneTimes;
}

/** One way from a frame to an upscaled frame: a runtime's session plus all that is not the model's. */
export interface Lane {
  readonly name: string;
  readonly arithmetic: Arithmetic;
  /** Frames it takes at once; more than one hides what happens beside the device. */
  readonly slots: number;
  /** What a person should know of how it runs, as one sentence. */
  readonly note?: string;
  /** Build of the program that computes, for a job's identity. */
  readonly build?: string;
  /**
   * Does not take ownership of `frame`, which must stay open until this settles. A rejection means that the lane is
   * dead: it gets no more frames.
   */
  run(frame: Frame): Promise<LaneResult>;
  close(): Promise<void>;
}
