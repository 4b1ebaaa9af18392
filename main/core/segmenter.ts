import type { Frame } from './frame.ts';
import type { FrameSink, SinkSummary } from './frame-stream.ts';

export interface SegmentWriterOptions {
  /** Frames of a segment: segment `k` holds the frames `k * segmentFrames` to `(k + 1) * segmentFrames - 1`. */
  readonly segmentFrames: number;
  /** Frames the source is expected to have, where known: no encoder is started for a segment that will not come. */
  readonly expectedFrames: number | null;
  openSegment(segment: number): Promise<FrameSink>;
  /** Called in order of segments, one at a time, once a segment's encoder has ended well. */
  onSegment(segment: number, summary: SinkSummary): Promise<void>;
}

/** Frames before a boundary at which the next encoder is started. */
const LEAD_FRAMES = 16;

interface OpenSegment {
  readonly segment: number;
  readonly sink: FrameSink;
}

/**
 * Writes a stream as segments, each by a fresh encoder, with boundaries at fixed frame indices: a resumed job makes
 * the same segments as an uninterrupted one. An encoder flushes while the next one is being fed; never more than one
 * flushes, one is fed and one stands by.
 */
export class SegmentWriter implements FrameSink {
  readonly #options: SegmentWriterOptions;
  #current: OpenSegment | null = null;
  #next: { segment: number; sink: Promise<FrameSink> } | null = null;
  #flushing: OpenSegment | null = null;
  #flushed: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | null = null;
  #aborted = false;
  #summary: SinkSummary = { frames: 0, firstPts: null, lastPts: null };

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
  }

  async push(frame: Frame): Promise<void> {
    const { index, pts } = frame;
    const segment = Math.floor(index / this.#options.segmentFrames);
    try {
      if (this.#failure) throw this.#failure.error;
      if (this.#current?.segment !== segment) await this.#turnTo(segment);
    } catch (error) {
      frame.close();
      throw error;
    }
    await this.#current?.sink.push(frame);
    const { frames, firstPts } = this.#summary;
    this.#summary = { frames: frames + 1, firstPts: firstPts ?? pts, lastPts: pts };
    this.#standBy(index, segment + 1);
  }

  async finish(): Promise<SinkSummary> {
    await this.#dismissNext();
    await this.#flushCurrent();
    await this.#flushed;
    return this.#summary;
  }

  async abort(): Promise<void> {
    this.#aborted = true;
    const open = [this.#current, this.#flushing].filter((entry) => entry !== null);
    this.#current = this.#flushing = null;
    await Promise.all([this.#dismissNext(), ...open.map(({ sink }) => sink.abort())]);
    await this.#flushed.catch(() => undefined);
  }

  async #turnTo(segment: number): Promise<void> {
    await this.#flushCurrent();
    const next = this.#next;
    this.#next = null;
    const sink = await (next?.segment === segment ? next.sink : this.#options.openSegment(segment));
    this.#current = { segment, sink };
    if (!this.#aborted) return;
    this.#current = null;
    await sink.abort();
    throw new Error(`segment ${segment} was opened after the stop`);
  }

  /** Waits for the flush before, so that flushing encoders cannot pile up, then lets the current one flush aside. */
  async #flushCurrent(): Promise<void> {
    await this.#flushed;
    const current = this.#current;
    if (!current) return;
    this.#current = null;
    this.#flushing = current;
    this.#flushed = this.#flush(current);
    this.#flushed.catch(() => undefined); // told by the next push
  }

  async #flush({ segment, sink }: OpenSegment): Promise<void> {
    try {
      const summary = await sink.finish();
      this.#flushing = null;
      await this.#options.onSegment(segment, summary);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  #standBy(index: number, segment: number): void {
    const { segmentFrames, expectedFrames } = this.#options;
    const boundary = segment * segmentFrames;
    if (this.#next || index < boundary - LEAD_FRAMES) return;
    if (expectedFrames !== null && boundary >= expectedFrames) return;
    const sink = this.#options.openSegment(segment);
    sink.catch(() => undefined); // reported when its turn comes
    this.#next = { segment, sink };
  }

  async #dismissNext(): Promise<void> {
    const next = this.#next;
    this.#next = null;
    const sink = await next?.sink.catch(() => null);
    await sink?.abort();
  }
}
