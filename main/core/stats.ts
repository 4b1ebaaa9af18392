/** Where the time of one frame went, in milliseconds; `STAGES` says what each stage means. */
export type StageTimes = Readonly<Record<Stage, number>>;

/** Stages in the order a frame meets them, with what a person reads. */
export const STAGES = {
  decodeWait: 'decode wait',
  queue: 'queue',
  send: 'send',
  compute: 'compute',
  chroma: 'chroma',
  receive: 'receive',
  reorder: 'reorder',
  encodeWait: 'encode wait',
} as const;

export type Stage = keyof typeof STAGES;

export const STAGE_NAMES = Object.keys(STAGES) as readonly Stage[];

/** One row of `--stats`. */
export interface FrameRow extends StageTimes {
  readonly index: number;
  readonly ptsSeconds: number;
  readonly lane: string;
}

/** Of one stage over all frames, in milliseconds. Percentiles (nearest rank) are right to half a percent, the rest exactly. */
export interface StageSummary {
  readonly stage: Stage;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly sum: number;
}

/** Times are counted in classes that are this much wider from one to the next: percentiles of any job in a few kilobytes. */
const CLASS_RATIO = 1.01;
/** What is shorter counts as this. */
const SHORTEST_MS = 0.001;
/** A stage of more than ten hours falls into the last class. */
const CLASSES = 2 + Math.ceil(Math.log(36e6 / SHORTEST_MS) / Math.log(CLASS_RATIO));

/** Times of one stage, counted. */
class StageTimesCounted {
  readonly #counts = new Uint32Array(CLASSES);
  #frames = 0;
  #min = Infinity;
  #max = 0;
  #sum = 0;

  add(ms: number): void {
    const above = Math.floor(Math.log(ms / SHORTEST_MS) / Math.log(CLASS_RATIO));
    this.#counts[ms <= SHORTEST_MS ? 0 : Math.min(CLASSES - 1, 1 + above)]! += 1;
    this.#frames += 1;
    this.#sum += ms;
    this.#min = Math.min(this.#min, ms);
    this.#max = Math.max(this.#max, ms);
  }

  summarise(stage: Stage): StageSummary {
    return { stage, p50: this.#at(0.5), p95: this.#at(0.95), p99: this.#at(0.99), max: this.#max, sum: this.#sum };
  }

  #at(share: number): number {
    let left = Math.ceil(share * this.#frames);
    const found = this.#counts.findIndex((count) => (left -= count) <= 0);
    if (this.#frames === 0 || found === 0) return 0;
    return Math.max(this.#min, Math.min(this.#max, SHORTEST_MS * CLASS_RATIO ** (found - 0.5)));
  }
}

/** Sums and percentiles of all stages over the frames of a job. Its memory does not grow with them. */
export class StageStats {
  readonly #stages = STAGE_NAMES.map((stage) => ({ stage, times: new StageTimesCounted() }));

  add(row: StageTimes): void {
    for (const { stage, times } of this.#stages) times.add(row[stage]);
  }

  summarise(): StageSummary[] {
    return this.#stages.map(({ stage, times }) => times.summarise(stage));
  }
}
