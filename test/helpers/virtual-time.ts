import { FramePool } from '../../main/core/frame-pool.ts';
import type { Frame } from '../../main/core/frame.ts';
import type { Lane, LaneResult } from '../../main/core/lane.ts';
import { settle, tinyFormat } from './fake-frames.ts';

/** A clock that stands still while anything can run, and then jumps to the next thing that is due. */
export class VirtualTime {
  #nowMs = 0;
  #due: { atMs: number; wake: () => void }[] = [];
  readonly clock = (): number => this.#nowMs;

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      this.#due.push({ atMs: this.#nowMs + ms, wake });
    });
  }

  /** Runs until `work` is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    const state = { isDone: false };
    const done = (): void => {
      state.isDone = true;
    };
    work.then(done, done);
    for (;;) {
      await settle(4);
      if (state.isDone) return work;
      const next = this.#due.sort((a, b) => a.atMs - b.atMs).shift();
      if (!next) throw new Error('expected something to happen but nothing is due');
      this.#nowMs = next.atMs;
      next.wake();
    }
  }
}

export interface VirtualLaneOptions {
  readonly slots: number;
  /** One frame at a time on the device. */
  readonly computeMs: number;
  /** Before and after the device, for any number of frames at once. */
  readonly wayMs?: number;
}

/** A device of a known speed in virtual time. */
export class VirtualLane implements Lane {
  readonly name: string;
  readonly arithmetic = 'int8';
  readonly slots: number;
  readonly #time: VirtualTime;
  readonly #pool = new FramePool(tinyFormat);
  readonly #wayMs: number;
  #freeAtMs = 0;
  computeMs: number;
  /** Fails from this frame's start on. */
  isBroken = false;
  frames = 0;

  constructor(name: string, time: VirtualTime, { slots, computeMs, wayMs = 0 }: VirtualLaneOptions) {
    this.name = name;
    this.slots = slots;
    this.#time = time;
    this.#wayMs = wayMs;
    this.computeMs = computeMs;
  }

  async run({ index, pts, duration }: Frame): Promise<LaneResult> {
    await this.#time.sleep(this.#wayMs);
    const startMs = Math.max(this.#time.clock(), this.#freeAtMs);
    this.#freeAtMs = startMs + this.computeMs;
    await this.#time.sleep(this.#freeAtMs - this.#time.clock() + this.#wayMs);
    if (this.isBroken) throw new Error(`${this.name} broke`);
    this.frames += 1;
    const times = { waitMs: 0, sendMs: this.#wayMs, computeMs: this.computeMs, receiveMs: this.#wayMs, chromaMs: 0 };
    return { frame: this.#pool.acquire({ index, pts, duration }), times };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
