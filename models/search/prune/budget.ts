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
  const samples = samples720p(net.scale);
  if (budget.unit === 'ms') {
    return latencyOf(packedGroups(net, mask, budget.latency.costs), samples, budget.latency);
  }
  const macs = macsOf(net, mask, budget.dataType);
  if (budget.unit === 'gmac') return (macs * samples) / 1e9;
  const all = mask.map(() => 1);
  return macs / macsOf(net, all, budget.dataType);
}

/** Multiply-adds of one input sample: whole taps, but the first layer's no deeper than the picture. */
function macsOf(net: NetConfig, mask: Float32Array, dataType: 'f32' | 'int8'): number {
  return packedLayers(net, mask, STATIC_COSTS[dataType]).reduce(
    (sum, { inputs, groups }) =>
      sum + groups.reduce((s, { size, taps, tapDepth }) => s + size * taps.length * Math.min(tapDepth, inputs), 0),
    0,
  );
}

/** Milliseconds by the sum of what each group of the packed layers costs. */
export function latencyOf(groups: readonly GroupTaps[], samples: number, latency: LatencyModel): number {
  const nanoseconds = groups.reduce((sum, group) => sum + costOf(group, latency.costs), 0);
  return latency.offsetMs + (latency.factor * nanoseconds * samples) / 1e6;
}

/** @returns the groups of output channels that the compiler makes of a network's layers */
export function packedGroups(net: NetConfig, mask: Float32Array, costs: TapCosts): GroupTaps[] {
  return packedLayers(net, mask, costs).flatMap(({ groups }) => groups);
}

function packedLayers(net: NetConfig, mask: Float32Array, costs: TapCosts): { inputs: number; groups: GroupTaps[] }[] {
  let start = 0;
  return layersOf(net).map((layer) => {
    const first = start;
    start += layer.inputs * layer.outputs * layer.kernel ** 2;
    return { inputs: layer.inputs, groups: chooseTaps(tapSource(layer, mask.subarray(first, start)), costs) };
  });
}

function tapSource({ inputs, outputs, kernel }: LayerShape, mask: Float32Array) {
  return { outChannels: outputs, inChannels: inputs, kernel, isZero: (index: number) => mask[index] === 0 };
}
