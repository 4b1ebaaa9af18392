import { fixedFrom } from '../../prune/pruning.ts';
import type { PruningConfig } from '../../prune/pruning.ts';
import type { NetConfig } from '../net/config.ts';
import { quantizerStateSize } from '../net/forward.ts';
import { initialParameters, parameterLayout } from '../net/parameters.ts';
import type { Loss } from './loss.ts';
import type { Optimiser } from './optimiser.ts';
import type { DecayPlan, ScheduleConfig } from './schedule.ts';
import { planDecay } from './schedule.ts';

/** Everything that decides a training, besides the data. */
export interface TrainingConfig {
  readonly net: NetConfig;
  readonly seed: number;
  readonly batch: number;
  readonly loss: Loss;
  /** Adam where it is not said. */
  readonly optimiser?: Optimiser | undefined;
  readonly schedule: ScheduleConfig;
  /** Weight of the old value in the moving average of the parameters. */
  readonly averageDecay: number;
  /** The quantised activations keep the ranges that the training began with, instead of following what is seen. */
  readonly fixedRanges?: boolean;
  readonly pruning?: PruningConfig;
  /** LR is blurred a little, gets noise and goes through x264 before it is learnt from. */
  readonly lowResolution?: 'x264';
}

/** @returns steps since the moving average began: with pruning, since masks moved for the last time */
export function averageAge({ pruning }: TrainingConfig, step: number): number {
  if (pruning === undefined || step < fixedFrom(pruning)) return step;
  return step - fixedFrom(pruning);
}

/** @returns the parameters to validate: their moving average, but themselves while masks move under it */
export function bestParameters({ config, step, vectors }: TrainingState): Float32Array {
  return config.pruning !== undefined && step <= fixedFrom(config.pruning) ? vectors.p : vectors.average;
}

export const VECTORS = ['p', 'm', 'v', 'average', 'decay', 'mask', 'quantizer'] as const;
export type VectorName = (typeof VECTORS)[number];

/** A training between two steps. A checkpoint holds just this. */
export interface TrainingState {
  readonly config: TrainingConfig;
  plan: DecayPlan;
  /** Steps done. */
  step: number;
  /** LR pixels of all steps done. */
  lrPixels: number;
  /** Steps since Adam's moments were last zero: they count for its bias correction. */
  momentSteps: number;
  /** Parameters, Adam moments, moving average, decoupled decay [P]; mask over merged weights [K]; quantiser state [Q]. */
  readonly vectors: Record<VectorName, Float32Array>;
}

export function createState(config: TrainingConfig, totalSteps: number): TrainingState {
  const { size, maskSize } = parameterLayout(config.net);
  const p = initialParameters(config.net, config.seed);
  const quantizer = new Float32Array(quantizerStateSize(config.net));
  return {
    config,
    plan: planDecay(totalSteps),
    step: 0,
    lrPixels: 0,
    momentSteps: 0,
    vectors: {
      p,
      m: new Float32Array(size),
      v: new Float32Array(size),
      average: p.slice(),
      decay: new Float32Array(size),
      mask: new Float32Array(maskSize).fill(1),
      // Scale 1/255 and zero point 0: the range [0, 1] until the first step has measured one.
      quantizer: quantizer.map((_, i) => (i % 2 === 0 ? 1 / 255 : 0)),
    },
  };
}
