/** How much a new measurement weighs against what was known. */
const NEW_WEIGHT = 0.3;
/** A lane that got nothing for so long is believed to be twice as fast again, so that one that has cooled down is tried. */
const TRUST_HALVES_MS = 30_000;

/** How fast a lane is, learnt from the frames it ran. */
export class LaneSpeed {
  #latencyMs: number | null = null;
  #intervalMs = 0;
  #samples = 0;
  #lastEndMs = 0;

  /**
   * @param latencyMs from handing the frame over to its result
   * @param together frames the lane had at once meanwhile, this one included
   */
  learn(latencyMs: number, together: number, nowMs: number): void {
    const intervalMs = latencyMs / together;
    // The first frame pays for much that no other does.
    const weight = this.#samples < 2 ? 1 : NEW_WEIGHT;
    this.#latencyMs = (1 - weight) * (this.#latencyMs ?? 0) + weight * latencyMs;
    this.#intervalMs = (1 - weight) * this.#intervalMs + weight * intervalMs;
    this.#samples += 1;
    this.#lastEndMs = nowMs;
  }

  /**
   * Milliseconds that a frame will take; null before the first one.
   * @param running frames that the lane has already
   */
  latencyMs(nowMs: number, running: number): number | null {
    if (this.#latencyMs === null) return null;
    const expectedMs = Math.max(this.#latencyMs, this.#intervalMs * (running + 1));
    return expectedMs * 0.5 ** (Math.max(0, nowMs - this.#lastEndMs) / TRUST_HALVES_MS);
  }

  /** Frames a millisecond while it is busy; 0 before the first one. */
  get rate(): number {
    return this.#intervalMs > 0 ? 1 / this.#intervalMs : 0;
  }
}

export interface LaneLoad {
  readonly speed: LaneSpeed;
  /** Frames it has now. */
  readonly running: number;
  /** When the oldest of them was handed over. */
  readonly oldestStartMs: number | null;
}

/**
 * How many frames the other lanes finish while this one computes a single frame: so far ahead of the others it has to take
 * it, and so many frames must be at hand for it to be of use. 0 while nothing is known.
 */
export function leadOf(lane: LaneLoad, others: readonly LaneLoad[], nowMs: number): number {
  const rate = others.reduce((sum, { speed }) => sum + speed.rate, 0);
  // A frame that is overdue tells more than all before it: the others should not stand still behind it.
  const overdueMs = lane.oldestStartMs === null ? 0 : nowMs - lane.oldestStartMs;
  return Math.max(lane.speed.latencyMs(nowMs, lane.running) ?? 0, overdueMs) * rate;
}

/**
 * Which of the waiting frames a lane with a free slot should take: the one that will be due when the lane has finished it,
 * so that a slow lane holds nobody up; null where the others will have finished all that waits before it could.
 * @param queued frames that wait, at least one
 */
export function chooseFrame(lane: LaneLoad, others: readonly LaneLoad[], queued: number, nowMs: number): number | null {
  if (others.length === 0) return 0;
  // Unknown: one frame shows how fast it is, the one that is due last.
  if (lane.speed.latencyMs(nowMs, lane.running) === null) return lane.running === 0 ? queued - 1 : null;
  const underWay = others.reduce((sum, { running }) => sum + running, 0);
  const position = Math.max(0, Math.floor(leadOf(lane, others, nowMs) - underWay));
  return position < queued ? position : null;
}
