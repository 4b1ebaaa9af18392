import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainingSet, ValidationImage } from '../train/data/training-set.ts';
import type { SearchDevice } from '../latency.ts';
import type { OpenPass } from '../train/run/pass.ts';
import { readJson, writeJson } from '../records.ts';
import type { SearchSettings } from '../settings.ts';

export const STAGES = ['latency', 'supernet', 'architecture', 'ratios', 'finetune', 'quantise', 'export'] as const;
export type StageName = (typeof STAGES)[number];

/** What can be run beside the stages, to know how good they are. */
export const EXPERIMENTS = ['rank', 'compare', 'prunings', 'distillation', 'baselines'] as const;
export type ExperimentName = (typeof EXPERIMENTS)[number];

export interface StageProgress {
  readonly stage: StageName | ExperimentName;
  readonly done: number;
  readonly total: number;
  /** Of this stage; null when nothing is known yet. */
  readonly secondsLeft: number | null;
  /** In words: loss, validation, best so far. */
  readonly detail: string;
}

/** What a stage works with. Each keeps what it has done in a folder of its own and goes on from there. */
export interface StageContext {
  readonly settings: SearchSettings;
  /** Of the search. */
  readonly folder: string;
  readonly device: SearchDevice;
  readonly training: TrainingSet;
  /** The same without a teacher's outputs. */
  readonly untaught: TrainingSet;
  readonly validation: readonly ValidationImage[];
  /** Convolutions of training steps that are faster than a graph's; null where there are none. */
  readonly openPass: OpenPass | null;
  /** Name of the model that comes out. */
  readonly model: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: StageProgress) => void;
}

/** @returns figures for the results page, or null when the signal stopped it */
export type Stage = (context: StageContext) => Promise<object | null>;

/** @returns the folder a search leaves its model in */
export const modelFolder = (folder: string, model: string): string => join(folder, 'export', model);

const doneFile = (folder: string, stage: StageName): string => join(folder, stage, 'done.json');

export function isStageDone(folder: string, stage: StageName): boolean {
  return existsSync(doneFile(folder, stage));
}

/** @returns what the stage left as its figures, null before it is done */
export function readStage<T>(folder: string, stage: StageName): Promise<T | null> {
  return readJson<T>(doneFile(folder, stage));
}

export function finishStage(folder: string, stage: StageName, figures: object): Promise<void> {
  return writeJson(doneFile(folder, stage), figures);
}

/** Time left by the mean of what was done since this process began. */
export class Pace {
  readonly #now: () => number;
  readonly #since: number;
  readonly #doneBefore: number;

  constructor(doneBefore: number, now: () => number = Date.now) {
    this.#now = now;
    this.#since = now();
    this.#doneBefore = doneBefore;
  }

  secondsLeft(done: number, total: number): number | null {
    const mine = done - this.#doneBefore;
    return mine === 0 ? null : (((this.#now() - this.#since) / 1000) * (total - done)) / mine;
  }
}
