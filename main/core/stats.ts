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

/** Of one stage over all frames, in milliseconds; percentiles are values that occurred (nearest rank). */
export interface StageSummary {
  readonly stage: Stage;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly sum: number;
}

const INITIAL_ROWS = 256;

/** Rows of all frames of a job in columns: some 45 bytes a frame, so that hours of video fit. */
export class FrameStats {
  readonly #columns = new Map<Stage, Float32Array>(STAGE_NAMES.map((stage) => [stage, new Float32Array(INITIAL_ROWS)]));
  #index = new Float64Array(INITIAL_ROWS);
  #pts = new Float64Array(INITIAL_ROWS);
  #lane = new Uint8Array(INITIAL_ROWS);
  readonly #lanes: string[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(row: FrameRow): void {
    const at = this.#length;
    if (at === this.#pts.length) this.#grow();
    this.#length += 1;
    this.#index[at] = row.index;
    this.#pts[at] = row.ptsSeconds;
    if (!this.#lanes.includes(row.lane)) this.#lanes.push(row.lane);
    this.#lane[at] = this.#lanes.indexOf(row.lane);
    for (const [stage, column] of this.#columns) column[at] = row[stage];
  }

  /** Forgets all rows from this one on. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  *rows(): Generator<FrameRow> {
    for (let at = 0; at < this.#length; at++) {
      const times = Object.fromEntries(STAGE_NAMES.map((stage) => [stage, this.#columns.get(stage)![at]!]));
      yield {
        index: this.#index[at]!,
        ptsSeconds: this.#pts[at]!,
        lane: this.#lanes[this.#lane[at]!]!,
        ...(times as StageTimes),
      };
    }
  }

  summarise(): StageSummary[] {
    return STAGE_NAMES.map((stage) => {
      const values = this.#columns.get(stage)!.slice(0, this.#length).sort();
      const at = (share: number): number => values[Math.max(0, Math.ceil(share * values.length) - 1)] ?? 0;
      const sum = values.reduce((total, value) => total + value, 0);
      return { stage, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1), sum };
    });
  }

  #grow(): void {
    const capacity = this.#pts.length * 2;
    const widen = <T extends Float32Array | Float64Array | Uint8Array>(wider: T, old: T): T => (wider.set(old), wider);
    this.#index = widen(new Float64Array(capacity), this.#index);
    this.#pts = widen(new Float64Array(capacity), this.#pts);
    this.#lane = widen(new Uint8Array(capacity), this.#lane);
    for (const [stage, column] of this.#columns) this.#columns.set(stage, widen(new Float32Array(capacity), column));
  }
}
