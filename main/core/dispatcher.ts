import type { Clock } from './clock.ts';
import type { Frame } from './frame.ts';
import type { Lane, LaneTimes } from './lane.ts';

/** An upscaled frame and where its time went. */
export interface Dispatched {
  /** Owned by the caller. */
  readonly frame: Frame;
  readonly lane: string;
  /** From submission to the start of computing. */
  readonly queueMs: number;
  readonly times: LaneTimes;
}

interface Waiting {
  readonly frame: Frame;
  readonly submittedMs: number;
  readonly resolve: (result: Dispatched) => void;
  readonly reject: (error: unknown) => void;
}

interface LaneState {
  readonly lane: Lane;
  running: number;
  dead: boolean;
}

/**
 * Gives frames to lanes, first come first served, each lane up to its slots. A lane that fails is dead: its frames go
 * back to the head of the queue for the others. When the last lane dies, everything waiting fails with its error.
 */
export class Dispatcher {
  readonly #lanes: LaneState[];
  readonly #clock: Clock;
  readonly #onLaneLost: (lane: Lane, error: unknown) => void;
  #queue: Waiting[] = [];
  #failure: { error: unknown } | null = null;

  constructor(
    lanes: readonly Lane[],
    clock: Clock,
    onLaneLost: (lane: Lane, error: unknown) => void = () => undefined,
  ) {
    this.#lanes = lanes.map((lane) => ({ lane, running: 0, dead: false }));
    this.#clock = clock;
    this.#onLaneLost = onLaneLost;
  }

  /** Frames that all lanes together take at once. */
  get slots(): number {
    return this.#lanes.reduce((sum, { lane, dead }) => sum + (dead ? 0 : lane.slots), 0);
  }

  /** Takes ownership of the frame and closes it once it is upscaled or given up. */
  submit(frame: Frame): Promise<Dispatched> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ frame, submittedMs: this.#clock(), resolve, reject });
      this.#pump();
    });
  }

  /** Gives up all that waits; what is being computed fails as soon as its lane lets go of it. */
  cancel(error: unknown): void {
    this.#failure ??= { error };
    this.#pump();
  }

  #pump(): void {
    if (this.#failure) {
      const { error } = this.#failure;
      for (const waiting of this.#queue.splice(0)) giveUp(waiting, error);
      return;
    }
    while (this.#queue.length > 0) {
      const state = this.#lanes.find(({ lane, running, dead }) => !dead && running < lane.slots);
      const waiting = state && this.#queue.shift();
      if (!waiting) return;
      state.running += 1;
      void this.#run(state, waiting);
    }
  }

  async #run(state: LaneState, waiting: Waiting): Promise<void> {
    const startMs = this.#clock();
    try {
      const { frame, times } = await state.lane.run(waiting.frame);
      const queueMs = startMs - waiting.submittedMs + times.waitMs;
      if (this.#failure) {
        frame.close();
        giveUp(waiting, this.#failure.error);
      } else {
        waiting.frame.close();
        waiting.resolve({ frame, lane: state.lane.name, queueMs, times });
      }
    } catch (error) {
      this.#takeBack(state, waiting, error);
    }
    state.running -= 1;
    this.#pump();
  }

  #takeBack(state: LaneState, waiting: Waiting, error: unknown): void {
    if (!state.dead) this.#onLaneLost(state.lane, error);
    state.dead = true;
    this.#queue = [...this.#queue, waiting].sort((a, b) => a.frame.index - b.frame.index);
    if (this.#lanes.every(({ dead }) => dead)) this.#failure ??= { error };
  }
}

function giveUp(waiting: Waiting, error: unknown): void {
  waiting.frame.close();
  waiting.reject(error);
}
