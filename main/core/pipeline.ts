import type { Clock } from './clock.ts';
import type { Dispatched, Dispatcher } from './dispatcher.ts';
import type { Frame } from './frame.ts';
import type { FrameSink, FrameSource, SinkSummary } from './frame-stream.ts';
import type { PauseGate } from './pause-gate.ts';
import { ReorderBuffer } from './reorder.ts';
import type { FrameRow } from './stats.ts';
import type { StopSignal } from './stop-signal.ts';
import { ticksToSeconds } from './time-base.ts';

export interface PipelineOptions {
  readonly source: FrameSource;
  readonly dispatcher: Dispatcher;
  readonly sink: FrameSink;
  /** Frames between decoder and encoder at once, asked before each: bounds the memory and holds the decoder back. */
  readonly window: () => number;
  readonly clock: Clock;
  /** Index of the first frame that comes; 0 when absent. */
  readonly firstIndex?: number;
  /** Holds reading and writing back while it is shut. */
  readonly gate?: PauseGate | undefined;
  /** Stops everything at once; the run then fails with the signal's reason. */
  readonly signal?: StopSignal | undefined;
  readonly onRow: (row: FrameRow) => void;
}

/** An upscaled frame on its way to the sink. */
interface Ready {
  readonly done: Dispatched;
  readonly decodeWaitMs: number;
  readonly readyMs: number;
}

/**
 * One direction: source → dispatcher → reorder → sink. Decoding, computing and encoding overlap; a slow stage holds the
 * others back. However it ends, source and sink are closed; frames still being computed are closed by the dispatcher.
 * @returns what the sink wrote
 * @throws the first error of any stage, or the signal's reason
 */
export async function runPipeline(options: PipelineOptions): Promise<SinkSummary> {
  const run = new PipelineRun(options);
  const { source, sink, dispatcher, signal } = options;
  const stop = (): void => run.fail(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    await Promise.race([run.failed, Promise.all([run.read(), run.write()])]);
    const summary = await Promise.race([run.failed, sink.finish()]);
    await source.close();
    return summary;
  } catch (error) {
    run.fail(error);
    dispatcher.cancel(error);
    run.drop();
    await Promise.all([source.close(), sink.abort()]);
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

class PipelineRun {
  readonly #options: PipelineOptions;
  readonly #reorder: ReorderBuffer<Ready>;
  /** Rejects with the first failure; never resolves. */
  readonly failed: Promise<never>;
  fail!: (error: unknown) => void;
  readonly #state = { stopped: false };
  #inside = 0;
  #ended = false;
  #wake: (() => void)[] = [];

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#reorder = new ReorderBuffer(options.firstIndex);
    this.failed = new Promise((_, reject) => {
      this.fail = (error) => {
        this.#state.stopped = true;
        reject(error instanceof Error ? error : new Error(String(error)));
        this.#signal();
      };
    });
    this.failed.catch(() => undefined); // also raced for; never unhandled
  }

  /** Source → dispatcher, as long as the window has room. */
  async read(): Promise<void> {
    const { source, clock, window } = this.#options;
    const frames = source.frames()[Symbol.asyncIterator]();
    for (;;) {
      await this.#until(() => this.#inside < window());
      if (this.#options.gate?.isPaused) await this.#options.gate.passed();
      if (this.#isStopped()) return;
      const startMs = clock();
      const next = await frames.next();
      if (next.done) break;
      if (this.#isStopped()) {
        next.value.close();
        return;
      }
      this.#submit(next.value, clock() - startMs);
    }
    this.#ended = true;
    this.#signal();
  }

  /** Reorder buffer → sink. */
  async write(): Promise<void> {
    for (;;) {
      let ready: Ready | undefined;
      await this.#until(() => (ready ??= this.#reorder.take()) !== undefined || (this.#ended && this.#inside === 0));
      if (!ready) return;
      if (this.#options.gate?.isPaused) await this.#options.gate.passed();
      if (this.#isStopped()) {
        ready.done.frame.close();
        return;
      }
      await this.#push(ready);
      this.#inside -= 1;
      this.#signal();
    }
  }

  /** Closes what nobody will write any more. */
  drop(): void {
    for (const { done } of this.#reorder.clear()) done.frame.close();
  }

  #submit(frame: Frame, decodeWaitMs: number): void {
    const { index } = frame;
    this.#inside += 1;
    this.#options.dispatcher
      .submit(frame)
      .then((done) => {
        if (this.#isStopped()) {
          done.frame.close();
          return;
        }
        this.#reorder.put(index, { done, decodeWaitMs, readyMs: this.#options.clock() });
        this.#signal();
      })
      .catch(this.fail);
  }

  async #push({ done, decodeWaitMs, readyMs }: Ready): Promise<void> {
    const { clock, sink, onRow } = this.#options;
    const { frame, lane, queueMs: queue, times } = done;
    const { index, pts, format } = frame;
    const startMs = clock();
    await sink.push(frame);
    onRow({
      index,
      ptsSeconds: ticksToSeconds(pts, format.timeBase),
      lane,
      decodeWait: decodeWaitMs,
      queue,
      send: times.sendMs,
      compute: times.computeMs,
      chroma: times.chromaMs,
      receive: times.receiveMs,
      reorder: startMs - readyMs,
      encodeWait: clock() - startMs,
    });
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds() && !this.#isStopped()) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  #isStopped(): boolean {
    return this.#state.stopped;
  }

  #signal(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
