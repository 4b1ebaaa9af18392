import type { Frame, FrameFormat } from './frame.ts';

/** Where frames come from. Exactly one reader; `close` may be called at any moment and frees process and pipes. */
export interface FrameSource {
  readonly format: FrameFormat;
  /**
   * Frames in presentation order; the consumer owns each. Returns at a proven end of stream only.
   * @throws AppError when the producer ended early or failed
   */
  frames(): AsyncIterable<Frame>;
  /** What was lost of a damaged source that is borne, one sentence each; told after the end. */
  losses?(): readonly string[];
  close(): Promise<void>;
}

/** What a sink knows of what it wrote. */
export interface SinkSummary {
  readonly frames: number;
  /** Ticks of the sink's time base; `null` when no frame was pushed. */
  readonly firstPts: number | null;
  readonly lastPts: number | null;
}

/** Where frames go: open (by its factory) / push / finish or abort. `push` resolves when the sink can take another. */
export interface FrameSink {
  /** Takes ownership of the frame. @throws AppError when the consumer failed */
  push(frame: Frame): Promise<void>;
  /** Flushes and waits for the consumer to end well. @throws AppError otherwise */
  finish(): Promise<SinkSummary>;
  /** Kills the consumer and leaves nothing behind. Never throws. */
  abort(): Promise<void>;
}
