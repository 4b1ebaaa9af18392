import type { Clock } from './clock.ts';
import type { Frame } from './frame.ts';
import type { Lane, LaneTimes } from './lane.ts';
import { LaneSpeed, chooseFrame, leadOf } from './lane-speed.ts';
import type { LaneLoad } from './lane-speed.ts';

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
  readonly slots: number;
  readonly speed: LaneSpeed;
  /** When each frame that it has was handed over, oldest first. */
  readonly starts: number[];
  isDead: boolean;
}

/** What the dispatcher asks of whoever made the lanes. */
export interface LaneWatch {
  /** Told once a lane; its frames are back in the queue. */
  onLaneLost?(lane: Lane, error: unknown): void;
  /** True while a lane may still be added: frames then wait although no lane is left. */
  mayComeBack?(): boolean;
}

/**
 * Gives frames to any number of lanes, each up to its slots and by the rate it has shown: a fast lane takes what is due
 * next, a slow one what will be due when it has finished. A lane that fails is dead: its frames go back into the queue for
 * the others. When the last lane dies, everything waiting fails with its error.
 */
export class Dispatcher {
  readonly #lanes: LaneState[] = [];
  readonly #clock: Clock;
  readonly #watch: LaneWatch;
  #queue: Waiting[] = [];
  #failure: { error: unknown } | null = null;

  constructor(lanes: readonly Lane[], clock: Clock, watch: LaneWatch = {}) {
    this.#clock = clock;
    this.#watch = watch;
    for (const lane of lanes) this.add(lane);
  }

  /** A further lane: a phone that came back. */
  add(lane: Lane): void {
    this.#lanes.push({ lane, slots: lane.slots, speed: new LaneSpeed(), starts: [], isDead: false });
    this.#pump();
  }

  /** Frames that all lanes together take at once. */
  get slots(): number {
    return this.#alive().reduce((sum, { slots }) => sum + slots, 0);
  }

  /** Frames that should be inside for every lane to have work in time, the slowest included. */
  get appetite(): number {
    const alive = this.#alive();
    const nowMs = this.#clock();
    const leads = alive.map((state) => leadOf(loadOf(state), others(alive, state), nowMs));
    return this.slots + Math.ceil(Math.max(0, ...leads));
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

  #alive(): LaneState[] {
    return this.#lanes.filter(({ isDead }) => !isDead);
  }

  #pump(): void {
    if (this.#failure) {
      const { error } = this.#failure;
      for (const waiting of this.#queue.splice(0)) giveUp(waiting, error);
      return;
    }
    for (let next = this.#next(); next !== null; next = this.#next()) {
      void this.#run(next.state, next.waiting);
    }
  }

  /** The next lane that should start, quick ones first, and its frame. */
  #next(): { state: LaneState; waiting: Waiting } | null {
    if (this.#queue.length === 0) return null;
    const nowMs = this.#clock();
    const alive = this.#alive();
    const latency = ({ speed, starts }: LaneState): number => speed.latencyMs(nowMs, starts.length) ?? 0;
    const free = alive.filter(({ starts, slots }) => starts.length < slots).sort((a, b) => latency(a) - latency(b));
    for (const state of free) {
      const position = chooseFrame(loadOf(state), others(alive, state), this.#queue.length, nowMs);
      const [waiting] = position === null ? [] : this.#queue.splice(position, 1);
      if (waiting) return { state, waiting };
    }
    // Each may leave the last frames to the others; where nobody computes, nobody would ask again.
    const [quickest] = alive.every(({ starts }) => starts.length === 0) ? free : [];
    const first = quickest && this.#queue.shift();
    return first ? { state: quickest, waiting: first } : null;
  }

  async #run(state: LaneState, waiting: Waiting): Promise<void> {
    const startMs = this.#clock();
    state.starts.push(startMs);
    const together = state.starts.length;
    try {
      const { frame, times } = await state.lane.run(waiting.frame);
      const endMs = this.#clock();
      state.speed.learn(endMs - startMs, (together + state.starts.length) / 2, endMs);
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
    state.starts.splice(state.starts.indexOf(startMs), 1);
    this.#pump();
  }

  #takeBack(state: LaneState, waiting: Waiting, error: unknown): void {
    const isFirst = !state.isDead;
    state.isDead = true;
    this.#queue = [...this.#queue, waiting].sort((a, b) => a.frame.index - b.frame.index);
    if (isFirst) this.#watch.onLaneLost?.(state.lane, error);
    const isHopeless = this.#alive().length === 0 && this.#watch.mayComeBack?.() !== true;
    if (isHopeless) this.#failure ??= { error };
  }
}

function loadOf({ speed, starts }: LaneState): LaneLoad {
  return { speed, running: starts.length, oldestStartMs: starts[0] ?? null };
}

function others(lanes: readonly LaneState[], lane: LaneState): LaneLoad[] {
  return lanes.filter((other) => other !== lane).map(loadOf);
}

function giveUp(waiting: Waiting, error: unknown): void {
  waiting.frame.close();
  waiting.reject(error);
}
