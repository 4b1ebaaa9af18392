import { AppError } from '../../../main/core/errors.ts';
import type {
  PackedGroupF32,
  PackedGroupInt8,
  PackedLayerF32,
  PackedLayerInt8,
  PackedNetwork,
} from '../../format/packed-network.ts';
import { packTap } from '../../format/packed-network.ts';
import { toIntegers } from '../int8/integer-layers.ts';
import type { IntegerLayer } from '../int8/integer-layers.ts';
import { chooseTaps } from './choose-taps.ts';
import type { GroupTaps } from './choose-taps.ts';
import { STATIC_COSTS } from './cost-table.ts';
import type { CostTable, TapCosts } from './cost-table.ts';
import type { Layer, LayerNetwork } from './layers.ts';

export interface PackOptions {
  readonly bitDepth: number;
  readonly inputMaximum: number;
  readonly costs?: CostTable;
}

const LARGEST_KERNEL = 7;

/**
 * @param network of f32, or of an int8 graph, which it then stays
 * @throws AppError `model-unsupported` for what the packed form cannot say
 */
export function packNetwork(
  network: LayerNetwork,
  { bitDepth, inputMaximum, costs = STATIC_COSTS }: PackOptions,
): PackedNetwork {
  const { planes, scale } = network;
  if (planes !== 1 && planes !== 3) throw unsupported(`${planes} planes`);
  if (scale > 8) throw unsupported(`scale ${scale}`);
  for (const { name, kernel } of network.layers) {
    if (kernel > LARGEST_KERNEL) throw unsupported(`a kernel of ${kernel} in layer '${name}'`);
  }
  const base = network.base ? 'nearest' : 'none';
  const header = { planes, scale, bitDepth, base, inputMaximum } as const;
  if (network.quantised.length === 0) {
    return { ...header, dataType: 'f32', layers: network.layers.map((layer) => packF32(layer, costs.f32)) };
  }
  const integers = toIntegers(network, { bitDepth, inputMaximum });
  return { ...header, dataType: 'int8', layers: integers.map((layer) => packInt8(layer, costs.int8)) };
}

function packF32(layer: Layer, costs: TapCosts): PackedLayerF32 {
  const { data } = layer.weights;
  const groups = chooseTaps({ ...sizesOf(layer), isZero: (i) => data[i] === 0 }, costs);
  return { ...shapeOf(layer), groups: groups.map((group) => groupF32(layer, group)) };
}

function groupF32(layer: Layer, group: GroupTaps): PackedGroupF32 {
  const { firstChannel: first, size, tapDepth, taps } = group;
  const weights = new Float32Array(taps.length * tapDepth * size);
  eachWeight(layer, group, (at, from) => (weights[at] = layer.weights.data[from]!));
  const bias = Float32Array.from({ length: size }, (_, i) => layer.bias[first + i] ?? 0);
  const slope = Float32Array.from({ length: size }, (_, i) => layer.slope[first + i] ?? 1);
  return { size, tapDepth, taps: tapWords(group), bias, slope, weights };
}

function packInt8(integers: IntegerLayer, costs: TapCosts): PackedLayerInt8 {
  const { layer, codes, outputZeroPoint } = integers;
  const groups = chooseTaps({ ...sizesOf(layer), isZero: (i) => codes[i] === 0 }, costs);
  return { ...shapeOf(layer), outputZeroPoint, groups: groups.map((group) => groupInt8(integers, group)) };
}

function groupInt8({ layer, codes, bias, requantise }: IntegerLayer, group: GroupTaps): PackedGroupInt8 {
  const { firstChannel: first, size, taps } = group;
  const weights = new Int8Array(taps.length * size * 4);
  eachWeight(layer, group, (at, from) => {
    const o = at % size;
    const depth = Math.floor(at / size) % 4;
    const tap = Math.floor(at / (size * 4));
    weights[(tap * size + o) * 4 + depth] = codes[from]!;
  });
  const biases = Int32Array.from({ length: size }, (_, i) => bias[first + i] ?? 0);
  return { size, taps: tapWords(group), bias: biases, requantise: integersOf(requantise, first, size), weights };
}

/** Channels that a group has beyond the layer's get integers that give 0. */
function integersOf(all: IntegerLayer['requantise'], first: number, size: number): PackedGroupInt8['requantise'] {
  const own = all.slice(first, first + size);
  const hidden = own.filter((q) => q.kind === 'hidden');
  const last = own.filter((q) => q.kind === 'last');
  const fill = (values: readonly number[], rest: number): Int32Array =>
    Int32Array.from({ length: size }, (_, i) => values[i] ?? rest);
  if (last.length > 0) {
    const [split, m, aLast] = [last.map((q) => q.split), last.map((q) => q.m), last.map((q) => q.aLast)];
    return { kind: 'last', split: fill(split, 0), m: fill(m, 0), aLast: fill(aLast, 0) };
  }
  return {
    kind: 'hidden',
    shift: fill(
      hidden.map((q) => q.shift),
      0,
    ),
    mPos: fill(
      hidden.map((q) => q.mPos),
      1,
    ),
    mNeg: fill(
      hidden.map((q) => q.mNeg),
      1,
    ),
    aBefore: fill(
      hidden.map((q) => q.aBefore),
      0,
    ),
    aAfter: fill(
      hidden.map((q) => q.aAfter),
      0,
    ),
  };
}

/** Visits every weight of a group: where it goes in `[tap][depth][channel]`, and where it comes from. */
function eachWeight(layer: Layer, group: GroupTaps, visit: (at: number, from: number) => void): void {
  const { inChannels, outChannels, kernel } = sizesOf(layer);
  const { firstChannel, size, tapDepth, taps } = group;
  taps.forEach(({ channel, ky, kx }, t) => {
    for (let d = 0; d < Math.min(tapDepth, inChannels - channel); d += 1) {
      for (let o = 0; o < Math.min(size, outChannels - firstChannel); o += 1) {
        const from = (((firstChannel + o) * inChannels + channel + d) * kernel + ky) * kernel + kx;
        visit((t * tapDepth + d) * size + o, from);
      }
    }
  });
}

function tapWords({ taps }: GroupTaps): Uint32Array {
  return Uint32Array.from(taps, ({ channel, ky, kx }) => packTap(channel, ky, kx));
}

function sizesOf({ weights, kernel }: Layer): { outChannels: number; inChannels: number; kernel: number } {
  const [outChannels = 0, inChannels = 0] = weights.dims;
  return { outChannels, inChannels, kernel };
}

function shapeOf(layer: Layer) {
  const { kernel, inputs, addBefore, addAfter } = layer;
  return { kernel, outChannels: layer.weights.dims[0] ?? 0, inputs, addBefore, addAfter };
}

function unsupported(got: string): AppError {
  return new AppError('model-unsupported', `expected a network that the sparse engine can pack but got ${got}`);
}
