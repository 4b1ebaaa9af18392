import { goOnFrom } from '../../prune/from-dense.ts';
import { JUDGED_LOSS } from './loss.ts';
import { planDecayFrom } from './schedule.ts';
import type { TrainingState } from './state.ts';

/** Small enough to stay near what was reached; what a new training learns with is several times it. */
const TUNING_RATE = 5e-4;

/**
 * The state from which a trained network is tuned: its best parameters, its masks as they stand, the loss that quality is
 * judged by, and a rate that decays over all steps.
 * @param rate null: {@link TUNING_RATE}
 */
export function tuneFrom(trained: TrainingState, steps: number, rate: number | null): TrainingState {
  const { seed, schedule } = trained.config;
  const changed = {
    loss: JUDGED_LOSS,
    optimiser: 'muon',
    schedule: { ...schedule, rate: rate ?? TUNING_RATE },
  } as const;
  const state = goOnFrom(trained, { seed, ...changed });
  // Steps are counted on, so that masks are known to have moved for the last time.
  state.step = trained.step;
  state.plan = planDecayFrom(trained.step, steps);
  return state;
}
