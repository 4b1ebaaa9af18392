import { chooseTaps, costOf } from '../../compiler/backends/choose-taps.ts';
import type { GroupTaps } from '../../compiler/backends/choose-taps.ts';
import { STATIC_COSTS } from '../../compiler/backends/cost-table.ts';
import type { TapCosts } from '../../compiler/backends/cost-table.ts';
import { layersOf } from '../train/net/config.ts';
import type { LayerShape, NetConfig } from '../train/net/config.ts';

/** Milliseconds of a network from what its compiled layers cost: `offset + factor * sum`. */
export interface LatencyModel {
  readonly dataType: 'f32' | 'int8';
  readonly costs: TapCosts;
  readonly offsetMs: number;
  readonly factor: number;
}

/** How much of a network may be left after pruning. */
export type Budget =
  /** Share of the multiply-adds of the whole network that are executed. */
  | { readonly unit: 'share'; readonly most: number; readonly dataType: 'f32' | 'int8' }
  /** Executed multiply-adds for a 1280x720 output, in 1e9. */
  | { readonly unit: 'gmac'; readonly most: number; readonly dataType: 'f32' | 'int8' }
  /** For a 1280x720 output on one thread. */
  | { readonly unit: 'ms'; readonly most: number; readonly latency: LatencyModel };

/** @returns input samples of a 1280x720 output */
export function samples720p(scale: number): number {
  return Math.round((1280 * 720) / scale ** 2);
}

/**
 * What a network with these masks costs in the budget's unit, as the compiler would pack it.
 * @param mask over the merged weights, layer after layer
 */
export function costOfMasks(net: NetConfig, mask: Float32Array, budget: Budget): number {
  const costs = budget.unit === 'ms' ? budget.latency.costs : STATIC_COSTS[budget.dataType];
  const groups = packedGroups(net, mask, costs);
  const samples = samples720p(net.scale);
  if (budget.unit === 'ms') return latencyOf(groups, samples, budget.latency);
  const macs = groups.reduce((sum, { size, taps, tapDepth }) => sum + size * taps.length * tapDepth, 0);
  if (budget.unit === 'gmac') return (macs * samples) / 1e9;
  const whole = packedGroups(
    net,
    mask.map(() => 1),
    costs,
  );
  return macs / whole.reduce((sum, { size, taps, tapDepth }) => sum + size * taps.length * tapDepth, 0);
}

/** Milliseconds by the sum of what each group of the packed layers costs. */
export function latencyOf(groups: readonly GroupTaps[], samples: number, latency: LatencyModel): number {
  const nanoseconds = groups.reduce((sum, group) => sum + costOf(group, latency.costs), 0);
  return latency.offsetMs + (latency.factor * nanoseconds * samples) / 1e6;
}

/** @returns the groups of output channels that the compiler makes of a network's layers */
export function packedGroups(net: NetConfig, mask: Float32Array, costs: TapCosts): GroupTaps[] {
  let start = 0;
  return layersOf(net).flatMap((layer) => {
    const first = start;
    start += layer.inputs * layer.outputs * layer.kernel ** 2;
    return chooseTaps(tapSource(layer, mask.subarray(first, start)), costs);
  });
}

function tapSource({ inputs, outputs, kernel }: LayerShape, mask: Float32Array) {
  return { outChannels: outputs, inChannels: inputs, kernel, isZero: (index: number) => mask[index] === 0 };
}
