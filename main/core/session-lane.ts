import type { Clock } from './clock.ts';
import { FramePool } from './frame-pool.ts';
import type { Frame, FrameFormat } from './frame.ts';
import type { Lane, LaneResult } from './lane.ts';
import type { PicturePath } from './picture-path.ts';
import type { RuntimeSession } from './runtime.ts';

export interface SessionLaneOptions {
  readonly name: string;
  readonly session: RuntimeSession;
  readonly path: PicturePath;
  /** Format of the frames it makes. */
  readonly target: FrameFormat;
  readonly clock: Clock;
}

/** Two: while the model computes one frame, chroma of the next is resampled here and its picture waits. */
const SLOTS = 2;

/** A lane around one session that runs one picture at a time, in its own thread or on a device. */
export function createSessionLane({ name, session, path, target, clock }: SessionLaneOptions): Lane {
  const pool = new FramePool(target);
  let turn: Promise<unknown> = Promise.resolve();
  let running = 0;

  /** Runs `work` once all earlier work has ended; at once where there is none. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = running === 0 ? work() : turn.then(work, work);
    running += 1;
    const done = (): unknown => (running -= 1);
    turn = mine.then(done, done);
    return mine;
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
        startMs = clock();
        await session.run(job.input, job.output);
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

  return { name, arithmetic: session.arithmetic, slots: SLOTS, run, close: () => session.close() };
}
