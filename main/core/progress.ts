import type { Clock } from './clock.ts';

/** How a job stands, for people. */
export interface Rate {
  readonly framesPerSecond: number;
  /** Seconds; `null` while the number of frames or the rate is unknown. */
  readonly etaSeconds: number | null;
}

const WINDOW_MS = 8000;
const TICK_MS = 250;

/** Frames per second over the last seconds, so that a stall or a hard scene shows at once. Memory is bounded. */
export class RollingRate {
  readonly #clock: Clock;
  readonly #marks: { readonly ms: number; readonly frames: number }[];
  #frames = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#marks = [{ ms: clock(), frames: 0 }];
  }

  count(): void {
    this.#frames += 1;
    const ms = this.#clock();
    const last = this.#marks.at(-1)!;
    if (ms - last.ms < TICK_MS) return;
    this.#marks.push({ ms, frames: this.#frames });
    while (this.#marks.length > 2 && ms - this.#marks[1]!.ms > WINDOW_MS) this.#marks.shift();
  }

  /** @param total frames of the whole job, where known */
  read(total: number | null): Rate {
    const first = this.#marks[0]!;
    const seconds = (this.#clock() - first.ms) / 1000;
    const framesPerSecond = seconds > 0 ? (this.#frames - first.frames) / seconds : 0;
    const known = total !== null && framesPerSecond > 0;
    return { framesPerSecond, etaSeconds: known ? Math.max(0, total - this.#frames) / framesPerSecond : null };
  }
}
