import type { Progress } from '../contract/messages.ts';
import { shareStages } from '../core/bottleneck.ts';
import type { Clock } from '../core/clock.ts';
import { RollingRate } from '../core/progress.ts';
import { STAGE_NAMES, StageStats } from '../core/stats.ts';
import type { FrameRow, Stage } from '../core/stats.ts';
import { TimingSlices } from '../core/timing-slices.ts';
import type { TimingSlice } from '../core/timing-slices.ts';
import type { StatsFile } from './stats-file.ts';

const REPORT_EVERY_MS = 250;
/** Reports from one slice of the timing to the next. */
const REPORTS_PER_SLICE = 4;

/** Measures one job: stats over its frames, a row for each where a file is asked for, and progress some times a second. */
export class JobMeter {
  readonly clock: Clock = () => performance.now();
  readonly stats = new StageStats();
  /** Where rows go; null where nobody asked for them. */
  rows: StatsFile | null = null;
  readonly #report: (progress: Progress) => void;
  readonly #startMs = this.clock();
  #rate = new RollingRate(this.clock);
  #sums: Partial<Record<Stage, number>> = {};
  #pipelineStartMs = 0;
  #pipelineMs: number | null = null;
  #totalFrames: number | null = null;
  #base = 0;
  /** Done since the start. */
  #frames = 0;
  #phase: Progress['phase'] = 'upscaling';
  #timer: NodeJS.Timeout | undefined;
  readonly #onSlice: ((slice: TimingSlice) => void) | undefined;
  readonly #slices = new TimingSlices();
  #reports = 0;

  constructor(report: (progress: Progress) => void, onSlice?: (slice: TimingSlice) => void) {
    this.#report = report;
    this.#onSlice = onSlice;
  }

  /** The first frame is about to be asked for. @param base frames that are done already */
  start(totalFrames: number | null, base = 0): void {
    this.#totalFrames = totalFrames;
    this.#base = base;
    this.#pipelineStartMs = this.clock();
    this.#rate = new RollingRate(this.clock);
    this.#timer = setInterval(() => this.#tell(), REPORT_EVERY_MS);
  }

  add(row: FrameRow): void {
    this.#frames += 1;
    this.stats.add(row);
    this.rows?.add(row);
    this.#slices.add(row);
    this.#rate.count();
    for (const stage of STAGE_NAMES) this.#sums[stage] = (this.#sums[stage] ?? 0) + row[stage];
  }

  /** Frames from this one on will be measured again. */
  async truncate(frames: number): Promise<void> {
    this.#frames = Math.min(this.#frames, frames - this.#base);
    await this.rows?.truncate(this.#frames);
  }

  endPipeline(): void {
    this.#pipelineMs = this.clock() - this.#pipelineStartMs;
    this.#totalFrames = this.#base + this.#frames;
  }

  enter(phase: Progress['phase']): void {
    this.#phase = phase;
    this.#tell();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  wallSeconds(): number {
    return (this.clock() - this.#startMs) / 1000;
  }

  pipelineSeconds(): number {
    return (this.#pipelineMs ?? this.clock() - this.#pipelineStartMs) / 1000;
  }

  #tell(): void {
    const toDo = this.#totalFrames === null ? null : this.#totalFrames - this.#base;
    const rate = this.#rate.read(toDo);
    const shares = shareStages(this.#sums, this.pipelineSeconds() * 1000, 1);
    const frames = this.#base + this.#frames;
    this.#reports += 1;
    if (this.#reports % REPORTS_PER_SLICE === 0) this.#onSlice?.(this.#slices.cut(this.pipelineSeconds()));
    this.#report({ phase: this.#phase, frames, totalFrames: this.#totalFrames, ...rate, shares });
  }
}
