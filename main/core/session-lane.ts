import type { Clock } from './clock.ts';
import { FramePool } from './frame-pool.ts';
import type { Frame, FrameFormat } from './frame.ts';
import type { Lane, LaneResult } from './lane.ts';
import type { PauseGate } from './pause-gate.ts';
import type { PicturePath } from './picture-path.ts';
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

/** One more than the session takes: while it computes, chroma of the next frame is resampled here. */
const SLOTS_BESIDE = 1;

/** A lane around one session, which runs in threads of its own or on a device. */
export function createSessionLane({ name, session, path, target, clock, gate }: SessionLaneOptions): Lane {
  const pool = new FramePool(target);
  const atOnce = session.slots ?? 1;
  const waiting: (() => void)[] = [];
  let running = 0;

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

  async function run(frame: Frame): Promise<LaneResult> {
    const { index, pts, duration } = frame;
    const output = pool.acquire({ index, pts, duration });
    try {
      const arrivedMs = clock();
      const job = path.begin(frame, output);
      let chromaMs = clock() - arrivedMs;
      let startMs = arrivedMs;
      let endMs = arrivedMs;
      const computed = inTurn(async () => {
        if (gate?.isPaused) await gate.passed();
        startMs = clock();
        await session.run(job.input, job.output);
        for (const { input, output: filled } of job.further ?? []) await session.run(input, filled);
        endMs = clock();
      });
      computed.catch(() => undefined); // awaited below, after the work beside it
      const besideMs = clock();
      job.beside();
      chromaMs += clock() - besideMs;
      await computed;
      const completeMs = clock();
      job.complete();
      chromaMs += clock() - completeMs;
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
  return { name, arithmetic, slots, ...told, run, close: () => session.close() };
}
