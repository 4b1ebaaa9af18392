import { forEachLayer } from './choose-masks.ts';
import type { PruningView } from './choose-masks.ts';
import { groupsOf } from './groups.ts';

/** Keeps the pull on groups that are nearly zero finite. */
const EPSILON = 0.1;
/** Of the decay: at a rate of 1e-3 a group loses at most 2 % a step. */
const MOST = 20;

/**
 * Reweighted group regularisation as a decoupled decay: strength * beta / (norm + epsilon) with beta = 1 / (norm + epsilon)
 * for each group, norms against the layer's mean. Small groups are pulled to zero, large ones hardly.
 * @returns the decay over the merged weights
 */
export function reweightedDecay(view: PruningView, strength: number): Float32Array {
  const decay = new Float32Array(view.weights.length);
  forEachLayer(view, ({ scheme, layer, weights, mask, first }) => {
    const groups = groupsOf(layer, scheme, weights);
    if (groups === null) return;
    const squares = new Float64Array(groups.count);
    const members = new Float64Array(groups.count);
    let [sum, living] = [0, 0];
    weights.forEach((w, i) => {
      if (mask[i] === 0) return;
      squares[groups.of[i]!]! += w * w;
      members[groups.of[i]!]! += 1;
      sum += w * w;
      living += 1;
    });
    const mean = sum / Math.max(1, living) + 1e-30;
    weights.forEach((_, i) => {
      const g = groups.of[i]!;
      if (mask[i] === 0) return;
      const norm = Math.sqrt(squares[g]! / members[g]! / mean);
      decay[first + i] = Math.min(MOST, strength / (norm + EPSILON) ** 2);
    });
  });
  return decay;
}
