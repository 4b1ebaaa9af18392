import type { NetConfig } from '../train/net/config.ts';
import { layersOf } from '../train/net/config.ts';
import type { Scheme } from '../space/scheme.ts';
import { costOfMasks } from './budget.ts';
import type { Budget } from './budget.ts';
import { groupsOf } from './groups.ts';

/** A network as pruning sees it. All vectors are over the merged weights, layer after layer. */
export interface PruningView {
  readonly net: NetConfig;
  /** Of each layer. */
  readonly schemes: readonly Scheme[];
  readonly weights: Float32Array;
  /** Running mean of the squared gradient, as Adam keeps it: how much the loss minds a change. All 0: unknown. */
  readonly sensitivity: Float32Array;
  readonly mask: Float32Array;
}

interface ScoredGroup {
  /** Damage of removing the group, for each weight. */
  score: number;
  readonly members: number[];
  readonly layer: number;
  /** Weights of the layer's best group, which is never removed. */
  bestSize: number;
}

/**
 * Removes the groups that matter least for what they cost, over all layers alike, until the budget is met. What was
 * pruned stays pruned; each layer keeps its best group.
 * @returns the new mask
 */
export function chooseMasks(view: PruningView, budget: Budget): Float32Array {
  const order = rankGroups(view);
  const maskWithout = (count: number): Float32Array => {
    const mask = view.mask.slice();
    for (const { members } of order.slice(0, count)) for (const i of members) mask[i] = 0;
    return mask;
  };
  // The fewest groups whose removal meets the budget: cost never rises with what is removed.
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (costOfMasks(view.net, maskWithout(middle), budget) <= budget.most) high = middle;
    else low = middle + 1;
  }
  return maskWithout(low);
}

/**
 * Keeps the same share of the groups of every layer that is pruned, the best ones: how architectures are compared before
 * ratios are searched.
 */
export function chooseUniformMasks(view: PruningView, kept: number): Float32Array {
  const mask = view.mask.slice();
  const byLayer = Map.groupBy(rankGroups(view), ({ layer }) => layer);
  for (const groups of byLayer.values()) {
    const weights = groups.reduce((sum, { members }) => sum + members.length, groups[0]!.bestSize);
    let left = weights;
    for (const { members } of groups) {
      if (left <= kept * weights) break;
      for (const i of members) mask[i] = 0;
      left -= members.length;
    }
  }
  return mask;
}

/** Removable groups that are still there, the least important first. */
function rankGroups(view: PruningView): ScoredGroup[] {
  const ranked: ScoredGroup[] = [];
  const knowsSensitivity = view.sensitivity.some((v) => v > 0);
  forEachLayer(view, ({ scheme, layer, weights, mask, first }) => {
    const groups = groupsOf(layer, scheme, weights);
    if (groups === null) return;
    const list: ScoredGroup[] = Array.from({ length: groups.count }, () => ({
      score: 0,
      members: [],
      layer: layer.index,
      bestSize: 0,
    }));
    const meanSquare = weights.reduce((sum, w) => sum + w * w, 1e-30) / weights.length;
    weights.forEach((w, i) => {
      if (mask[i] === 0) return;
      const group = list[groups.of[i]!]!;
      group.members.push(first + i);
      // Optimal brain damage with the empirical Fisher diagonal; without it, the energy against the layer's mean.
      group.score += knowsSensitivity ? w * w * view.sensitivity[first + i]! : (w * w) / meanSquare;
    });
    const living = list.filter(({ members }) => members.length > 0);
    for (const group of living) group.score /= group.members.length;
    living.sort((a, b) => a.score - b.score);
    const bestSize = living.at(-1)?.members.length ?? 0;
    ranked.push(...living.slice(0, -1).map((group) => ({ ...group, bestSize })));
  });
  return ranked.sort((a, b) => a.score - b.score);
}

interface LayerView {
  readonly scheme: Scheme;
  readonly layer: ReturnType<typeof layersOf>[number];
  readonly weights: Float32Array;
  readonly mask: Float32Array;
  /** Place of the layer's first weight. */
  readonly first: number;
}

/** Calls back for each layer with its part of the vectors. */
export function forEachLayer(view: PruningView, visit: (layer: LayerView) => void): void {
  let first = 0;
  for (const layer of layersOf(view.net)) {
    const end = first + layer.inputs * layer.outputs * layer.kernel ** 2;
    const scheme = view.schemes[layer.index] ?? 'none';
    visit({ scheme, layer, weights: view.weights.subarray(first, end), mask: view.mask.subarray(first, end), first });
    first = end;
  }
}
