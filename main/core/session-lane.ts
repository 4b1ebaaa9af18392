import type { Clock } from './clock.ts';
import { FramePool } from './frame-pool.ts';
import type { Frame, FrameFormat } from './frame.ts';
import type { Lane, LaneResult } from './lane.ts';
import type { ModelStore } from './model-store.ts';
import type { PauseGate } from './pause-gate.ts';
import type { PictureJob, PicturePath } from './picture-path.ts';
import type { RuntimeSession } from './runtime.ts';

export interface SessionLaneOptions {
  readonly name: string;
  readonly session: RuntimeSession;
  readonly path: PicturePath;
  /** Format of the frames it makes. */
  readonly target: FrameFormat;
  readonly clock: Clock;
  /** No frame is begun while it is shut. */
  readonly gate?: PauseGate | undefined;
}

/** A lane whose model's results may be kept. */
export interface SessionLane extends Lane {
  /** From now on results are asked from there first, and kept there. */
  useStore(store: ModelStore | null): void;
}

/** One more than the session takes: while it computes, chroma of the next frame is resampled here. */
const SLOTS_BESIDE = 1;

/** A lane around one session, which runs in threads of its own or on a device. */
export function createSessionLane({ name, session, path, target, clock, gate }: SessionLaneOptions): SessionLane {
  const pool = new FramePool(target);
  const atOnce = session.slots ?? 1;
  const waiting: (() => void)[] = [];
  let running = 0;
  let store: ModelStore | null = null;

  /** Runs `work` once the session has a slot; at once where it has one. */
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running === atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // Whoever waits takes the slot over.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  async function compute({ input, output, further = [] }: PictureJob): Promise<void> {
    await session.run(input, output);
    for (const each of further) await session.run(each.input, each.output);
  }

  async function run(frame: Frame): Promise<LaneResult> {
    const { index, pts, duration } = frame;
    const output = pool.acquire({ index, pts, duration });
    try {
      const arrivedMs = clock();
      const job = path.begin(frame, output);
      let chromaMs = clock() - arrivedMs;
      const made = [...job.output, ...(job.further ?? []).flatMap((each) => each.output)];
      let startMs = arrivedMs;
      let endMs = arrivedMs;
      const computed = inTurn(async () => {
        if (gate?.isPaused) await gate.passed();
        startMs = clock();
        const isRecalled = store !== null && (await store.recall(frame, made));
        if (!isRecalled) await compute(job);
        endMs = clock();
        return isRecalled;
      });
      computed.catch(() => undefined); // awaited below, after the work beside it
      const besideMs = clock();
      job.beside();
      chromaMs += clock() - besideMs;
      const isRecalled = await computed;
      const kept = isRecalled ? undefined : store?.keep(frame, made, endMs - startMs);
      const completeMs = clock();
      job.complete();
      chromaMs += clock() - completeMs;
      if (kept !== undefined) await kept;
      const times = { waitMs: startMs - arrivedMs, sendMs: 0, computeMs: endMs - startMs, receiveMs: 0, chromaMs };
      return { frame: output, times };
    } catch (error) {
      output.close();
      throw error;
    }
  }

  const { arithmetic, note, build } = session;
  const told = { ...(note === undefined ? {} : { note }), ...(build === undefined ? {} : { build }) };
  const slots = atOnce + SLOTS_BESIDE;
  return { name, arithmetic, slots, ...told, run, useStore: (next) => (store = next), close: () => session.close() };
}
