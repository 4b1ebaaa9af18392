import type { ScheduleConfig } from '../train/run/schedule.ts';
import { bestParameters, createState } from '../train/run/state.ts';
import type { TrainingState } from '../train/run/state.ts';
import { fixedFrom } from './pruning.ts';
import type { PruningConfig } from './pruning.ts';

export interface PruneOptions {
  readonly pruning: PruningConfig;
  readonly schedule: ScheduleConfig;
  readonly seed: number;
}

/** @returns a training that prunes a trained network: its best weights, fresh moments, LR pixels counted on */
export function pruneFrom(dense: TrainingState, { pruning, schedule, seed }: PruneOptions): TrainingState {
  const state = createState({ ...dense.config, seed, schedule, pruning }, 1);
  state.vectors.p.set(bestParameters(dense));
  state.vectors.average.set(state.vectors.p);
  state.vectors.mask.set(dense.vectors.mask);
  state.lrPixels = dense.lrPixels;
  // Up to where masks stand, without a decay of the rate: fine-tuning plans its own.
  state.plan = { start: fixedFrom(pruning), steps: 0 };
  return state;
}
