import { STAGE_NAMES } from './stats.ts';
import type { FrameRow, Stage } from './stats.ts';

/** Where time went in one slice of a job. */
export interface TimingSlice {
  /** Seconds since the first frame was asked for, at the slice's end. */
  readonly atSeconds: number;
  readonly frames: number;
  readonly framesPerSecond: number;
  /** Mean per frame of the slice, by stage. */
  readonly meanMs: Record<string, number>;
  /** Of a frame's whole way (all stages but those that overlap), over the last {@link RECENT} frames. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Frames by lane. */
  readonly lanes: Record<string, number>;
}

/** Frames whose ways are remembered for percentiles. */
const RECENT = 512;

/** Cuts the rows of a job into slices for a plot over time. Memory is bounded. */
export class TimingSlices {
  readonly #ways = new Float64Array(RECENT);
  #seen = 0;
  #frames = 0;
  #sums: Partial<Record<Stage, number>> = {};
  #lanes: Record<string, number> = {};
  #lastSeconds = 0;

  add(row: FrameRow): void {
    let way = 0;
    for (const stage of STAGE_NAMES) {
      this.#sums[stage] = (this.#sums[stage] ?? 0) + row[stage];
      // Chroma is resampled while the model computes.
      if (stage !== 'chroma') way += row[stage];
    }
    this.#ways[this.#seen++ % RECENT] = way;
    this.#frames += 1;
    this.#lanes[row.lane] = (this.#lanes[row.lane] ?? 0) + 1;
  }

  /** The slice since the last one. */
  cut(atSeconds: number): TimingSlice {
    const frames = this.#frames;
    const seconds = atSeconds - this.#lastSeconds;
    const mean = (stage: Stage): number => (frames === 0 ? 0 : (this.#sums[stage] ?? 0) / frames);
    const ways = this.#ways.slice(0, Math.min(RECENT, this.#seen)).sort();
    const at = (share: number): number => ways[Math.max(0, Math.ceil(share * ways.length) - 1)] ?? 0;
    const slice = {
      ...{ atSeconds, frames },
      framesPerSecond: seconds > 0 ? frames / seconds : 0,
      meanMs: Object.fromEntries(STAGE_NAMES.map((stage) => [stage, mean(stage)])),
      ...{ p50: at(0.5), p95: at(0.95), p99: at(0.99) },
      lanes: this.#lanes,
    };
    this.#lastSeconds = atSeconds;
    this.#frames = 0;
    this.#sums = {};
    this.#lanes = {};
    return slice;
  }
}
