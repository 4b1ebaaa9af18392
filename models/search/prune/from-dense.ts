import type { ScheduleConfig } from '../train/run/schedule.ts';
import { bestParameters, createState } from '../train/run/state.ts';
import type { TrainingConfig, TrainingState } from '../train/run/state.ts';
import { fixedFrom } from './pruning.ts';
import type { PruningConfig } from './pruning.ts';

/** What changes of the training that went before. */
export interface GoOnOptions extends Partial<TrainingConfig> {
  readonly schedule: ScheduleConfig;
  readonly seed: number;
}

export interface PruneOptions extends GoOnOptions {
  readonly pruning: PruningConfig;
}

/** @returns a training that goes on from a trained network: its best weights, fresh moments, LR pixels counted on */
export function goOnFrom(trained: TrainingState, options: GoOnOptions): TrainingState {
  const state = createState({ ...trained.config, ...options }, 1);
  state.vectors.p.set(bestParameters(trained));
  state.vectors.average.set(state.vectors.p);
  state.vectors.mask.set(trained.vectors.mask);
  state.lrPixels = trained.lrPixels;
  return state;
}

/** @returns a training that prunes a trained network */
export function pruneFrom(dense: TrainingState, options: PruneOptions): TrainingState {
  const state = goOnFrom(dense, options);
  // Up to where masks stand, without a decay of the rate: fine-tuning plans its own.
  state.plan = { start: fixedFrom(options.pruning), steps: 0 };
  return state;
}
