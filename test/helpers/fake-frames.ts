import { FramePool } from '../../main/core/frame-pool.ts';
import type { Frame, FrameFormat } from '../../main/core/frame.ts';
import type { FrameSink, FrameSource, SinkSummary } from '../../main/core/frame-stream.ts';
import type { Lane, LaneResult } from '../../main/core/lane.ts';

export const tinyFormat: FrameFormat = {
  pixelFormat: 'gray',
  width: 4,
  height: 2,
  timeBase: { num: 1, den: 25 },
  color: { range: null, matrix: null, primaries: null, transfer: null, chromaLocation: null },
};

/** Lets everything that can run now run. */
export async function settle(turns = 20): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Gives `count` frames; `failAt` throws instead of that frame. */
export class FakeSource implements FrameSource {
  readonly format = tinyFormat;
  readonly pool = new FramePool(tinyFormat);
  readonly #count: number;
  readonly #failAt: number | null;
  delivered = 0;
  closed = false;

  constructor(count: number, failAt: number | null = null) {
    this.#count = count;
    this.#failAt = failAt;
  }

  async *frames(): AsyncGenerator<Frame> {
    for (let index = 0; index < this.#count && !this.closed; index++) {
      await settle(1);
      if (index === this.#failAt) throw new Error('decoder died');
      this.delivered += 1;
      yield this.pool.acquire({ index, pts: 3 * index, duration: 3 });
    }
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

/** Remembers what it got; `hold` keeps pushes waiting until `release`. */
export class FakeSink implements FrameSink {
  readonly indices: number[] = [];
  readonly stamps: number[] = [];
  state: 'open' | 'finished' | 'aborted' = 'open';
  failAt: number | null = null;
  failFinish = false;
  hold = false;
  #release: (() => void)[] = [];

  async push(frame: Frame): Promise<void> {
    const { index, pts } = frame;
    frame.close();
    if (index === this.failAt) throw new Error('encoder died');
    if (this.hold) await new Promise<void>((resolve) => this.#release.push(resolve));
    if (this.state === 'aborted') throw new Error('aborted');
    this.indices.push(index);
    this.stamps.push(pts);
  }

  release(): void {
    for (const resolve of this.#release.splice(0)) resolve();
  }

  async finish(): Promise<SinkSummary> {
    await settle(2);
    if (this.failFinish) throw new Error('encoder would not end');
    this.state = 'finished';
    return { frames: this.indices.length, firstPts: this.stamps[0] ?? null, lastPts: this.stamps.at(-1) ?? null };
  }

  abort(): Promise<void> {
    this.state = 'aborted';
    this.release();
    return Promise.resolve();
  }
}

/** Copies frames; each takes `turns(index)` turns of the event loop. Dies at frame `dieAt`. */
export class FakeLane implements Lane {
  readonly name: string;
  readonly arithmetic = 'f32';
  readonly slots: number;
  readonly ran: number[] = [];
  readonly #turns: (index: number) => number;
  readonly #pool = new FramePool(tinyFormat);
  dieAt: number | null = null;
  running = 0;
  peak = 0;

  constructor(name: string, slots = 1, turns: (index: number) => number = () => 1) {
    this.name = name;
    this.slots = slots;
    this.#turns = turns;
  }

  async run(frame: Frame): Promise<LaneResult> {
    this.running += 1;
    this.peak = Math.max(this.peak, this.running);
    await settle(this.#turns(frame.index));
    this.running -= 1;
    if (this.dieAt !== null && frame.index >= this.dieAt) throw new Error(`${this.name} died`);
    this.ran.push(frame.index);
    const { index, pts, duration } = frame;
    const times = { waitMs: 0, sendMs: 0, computeMs: 5, receiveMs: 0, chromaMs: 1 };
    return { frame: this.#pool.acquire({ index, pts, duration }), times };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A clock that goes on by one millisecond with every look. */
export function tickingClock(): () => number {
  let ms = 0;
  return () => (ms += 1);
}
