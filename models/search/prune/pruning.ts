import type { Scheme } from '../space/scheme.ts';
import type { NetConfig } from '../train/net/config.ts';
import { parameterLayout } from '../train/net/parameters.ts';
import { costOfMasks } from './budget.ts';
import type { Budget } from './budget.ts';
import { chooseMasks } from './choose-masks.ts';
import type { PruningView } from './choose-masks.ts';
import { reweightedDecay } from './regularise.ts';

/** How a training prunes: dense steps, then regularised ones, then masks move, then they stand. */
export interface PruningConfig {
  /** Of each layer. */
  readonly schemes: readonly Scheme[];
  readonly budget: Budget;
  readonly denseSteps: number;
  readonly regulariseSteps: number;
  readonly moveSteps: number;
  /** Norms, weights of the regularisation and masks are looked at anew after so many steps. */
  readonly everySteps: number;
  /** Of the regularisation: 0.1 pulls a group of mean norm by a tenth of the learning rate. */
  readonly strength: number;
}

type PruningPhase = 'dense' | 'regularise' | 'move' | 'fixed';

/** @returns the step from which the masks stand */
export function fixedFrom({ denseSteps, regulariseSteps, moveSteps }: PruningConfig): number {
  return denseSteps + regulariseSteps + moveSteps;
}

export function phaseAt(config: PruningConfig, step: number): PruningPhase {
  if (step < config.denseSteps) return 'dense';
  if (step < config.denseSteps + config.regulariseSteps) return 'regularise';
  return step < fixedFrom(config) ? 'move' : 'fixed';
}

/** @returns whether masks or decay change before this step */
export function changesAt(config: PruningConfig, step: number): boolean {
  if (step === fixedFrom(config)) return true;
  const phase = phaseAt(config, step);
  const isBound = step === config.denseSteps || (step - config.denseSteps) % config.everySteps === 0;
  return (phase === 'regularise' || phase === 'move') && isBound;
}

interface PruningVectors {
  readonly p: Float32Array;
  readonly v: Float32Array;
  readonly average: Float32Array;
  readonly decay: Float32Array;
  readonly mask: Float32Array;
}

/**
 * Sets decay and mask for the steps from `step` on: a pure function of what is given, so that a resumed training does the
 * same. When masks move for the last time, the average starts anew from the parameters.
 * @param weights merged weights
 */
export function applyPruning(
  net: NetConfig,
  config: PruningConfig,
  step: number,
  vectors: PruningVectors,
  weights: Float32Array,
): void {
  const view: PruningView = {
    net,
    schemes: config.schemes,
    weights,
    sensitivity: overMerged(net, vectors.v),
    mask: vectors.mask,
  };
  const phase = phaseAt(config, step);
  if (phase === 'move' || phase === 'fixed') vectors.mask.set(chooseMasks(view, budgetAt(view, config, step)));
  if (phase === 'fixed') {
    vectors.decay.fill(0);
    vectors.average.set(vectors.p);
    maskParameters(net, vectors);
  } else {
    spread(net, reweightedDecay(view, config.strength), vectors.decay);
  }
}

/** Cubic from the whole network to the budget: much is removed early, little late. */
function budgetAt(view: PruningView, config: PruningConfig, step: number): Budget {
  const { budget, denseSteps, regulariseSteps, moveSteps, everySteps } = config;
  // The last move meets the budget; when masks stand, nothing moves any more.
  const lastMove = Math.max(1, moveSteps - everySteps);
  const done = Math.min(1, (step - denseSteps - regulariseSteps) / lastMove);
  const whole = costOfMasks(
    view.net,
    view.mask.map(() => 1),
    budget,
  );
  return { ...budget, most: budget.most + Math.max(0, whole - budget.most) * (1 - done) ** 3 };
}

/** Elements of a parameter vector that have a merged weight of their own, in merged order. */
function overMerged(net: NetConfig, vector: Float32Array): Float32Array {
  const { entries, maskSize } = parameterLayout(net);
  const merged = new Float32Array(maskSize);
  for (const { start, shape, maskStart } of entries) {
    if (maskStart === null) continue;
    merged.set(vector.subarray(start, start + shape.reduce((a, b) => a * b, 1)), maskStart);
  }
  return merged;
}

/** The inverse of {@link overMerged}; other elements become 0. */
function spread(net: NetConfig, merged: Float32Array, into: Float32Array): void {
  into.fill(0);
  for (const { start, shape, maskStart } of parameterLayout(net).entries) {
    if (maskStart === null) continue;
    into.set(merged.subarray(maskStart, maskStart + shape.reduce((a, b) => a * b, 1)), start);
  }
}

function maskParameters(net: NetConfig, { p, average, mask }: PruningVectors): void {
  for (const { start, shape, maskStart } of parameterLayout(net).entries) {
    if (maskStart === null) continue;
    const size = shape.reduce((a, b) => a * b, 1);
    for (let i = 0; i < size; i++) {
      p[start + i]! *= mask[maskStart + i]!;
      average[start + i]! *= mask[maskStart + i]!;
    }
  }
}
