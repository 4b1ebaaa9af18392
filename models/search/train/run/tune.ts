import { planDecayFrom } from './schedule.ts';
import { bestParameters } from './state.ts';
import type { TrainingState } from './state.ts';

/** Small enough to stay near what was reached; what a new training learns with is several times it. */
const TUNING_RATE = 5e-4;

/**
 * The state from which a trained network is tuned: its best parameters, its masks as they stand, the loss that quality is
 * judged by, and a rate that decays over all steps.
 * @param rate null: {@link TUNING_RATE}
 */
export function tuneFrom(trained: TrainingState, steps: number, rate: number | null): TrainingState {
  const { config, step, lrPixels, vectors } = trained;
  const best = bestParameters(trained);
  const zeros = (): Float32Array => new Float32Array(best.length);
  return {
    config: {
      ...config,
      loss: 'psnr',
      optimiser: 'muon',
      schedule: { ...config.schedule, rate: rate ?? TUNING_RATE },
    },
    plan: planDecayFrom(step, steps),
    ...{ step, lrPixels, momentSteps: 0 },
    vectors: { ...vectors, p: best.slice(), average: best.slice(), m: zeros(), v: zeros() },
  };
}
