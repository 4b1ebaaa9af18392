/** Schedules count steps, never time: warm-up, constant, then a cosine decay over the last fifth with larger patches. */

export interface ScheduleConfig {
  readonly rate: number;
  readonly warmupSteps: number;
  /** LR pixels, before and during the decay. */
  readonly patch: number;
  readonly decayPatch: number;
}

/** When the decay begins and how long it takes. Part of the state, since a command can start it at any step. */
export interface DecayPlan {
  readonly start: number;
  readonly steps: number;
}

/** The decay is a fifth of the whole: a quarter of what was before it. */
const DECAY_SHARE = 0.2;

/** @param decaySteps of all; a fifth when absent */
export function planDecay(totalSteps: number, decaySteps = Math.round(totalSteps * DECAY_SHARE)): DecayPlan {
  const steps = Math.max(1, decaySteps);
  return { start: totalSteps - steps, steps };
}

/**
 * @param decaySteps a fifth of what all steps then are when absent
 * @returns the plan for a decay that begins at `step`
 */
export function planDecayFrom(step: number, decaySteps = (step * DECAY_SHARE) / (1 - DECAY_SHARE)): DecayPlan {
  return { start: step, steps: Math.max(1, Math.round(decaySteps)) };
}

export function isDecaying(plan: DecayPlan, step: number): boolean {
  return step >= plan.start;
}

export function totalSteps(plan: DecayPlan): number {
  return plan.start + plan.steps;
}

/** @returns the learning rate of step `step` (0 is the first) */
export function rateAt(config: ScheduleConfig, plan: DecayPlan, step: number): number {
  const warm = Math.min(1, (step + 1) / Math.max(1, config.warmupSteps));
  const done = Math.min(1, Math.max(0, (step - plan.start) / plan.steps));
  return config.rate * warm * 0.5 * (1 + Math.cos(Math.PI * done));
}

/** @returns the side of step `step`'s LR patches */
export function patchAt(config: ScheduleConfig, plan: DecayPlan, step: number): number {
  return isDecaying(plan, step) ? config.decayPatch : config.patch;
}
