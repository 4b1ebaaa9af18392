/** Networks that differ in nothing but what a profile measures: weights without meaning, exactly the share kept. */
import { packNetwork } from '../../../../models/compiler/backends/sparse-pack.ts';
import type { PackedNetwork } from '../../../../models/format/packed-network.ts';
import type { Layer, LayerNetwork } from '../../../../models/compiler/backends/layers.ts';

export interface Shape {
  readonly kernel: number;
  readonly inChannels: number;
  readonly outChannels: number;
}

export interface Pruning {
  readonly scheme: 'dense' | 'filter' | 'column' | 'block' | 'unstructured';
  /** Of scheme block: output x input channels that share a tap. */
  readonly block?: readonly [outputs: number, inputs: number];
  /** Share of the scheme's units that is kept. */
  readonly kept: number;
}

export interface NetworkShape {
  readonly dataType: 'f32' | 'int8';
  readonly shape: Shape;
  readonly pruning: Pruning;
  /** Equal layers between the first and the last. */
  readonly count: number;
  /** 2: the last layer is a convolution of 3x3 to a picture of twice the size; 1: of 1x1 to one of the same. */
  readonly scale: 1 | 2;
}

/** @returns a network from luma to `count` equal layers and back */
export function networkOf({ dataType, shape, pruning, count, scale }: NetworkShape): LayerNetwork {
  const { kernel, inChannels: c } = shape;
  const first = layerOf([c, 1, 3], null, 0);
  const middle = Array.from({ length: count }, (_, i) => layerOf([c, c, kernel], pruning, i + 1));
  const last = layerOf(scale === 2 ? [4, c, 3] : [1, c, 1], null, count + 1);
  const layers = [first, ...middle, last];
  const carried = { scale: 1 / 255, zeroPoint: 0 };
  const quantised = dataType === 'f32' ? [] : [...layers.map(() => carried), null];
  return { planes: 1, scale, base: true, layers, quantised };
}

/** One such as models of ours are, to learn what a device is up to. */
export function typicalNetwork(dataType: 'f32' | 'int8'): PackedNetwork {
  const shape = { kernel: 3, inChannels: 16, outChannels: 16 };
  const network = networkOf({ dataType, shape, pruning: { scheme: 'dense', kept: 1 }, count: 4, scale: 2 });
  return packNetwork(network, { bitDepth: 8, inputMaximum: 1 });
}

function layerOf(
  [outputs, inputs, kernel]: readonly [number, number, number],
  pruning: Pruning | null,
  index: number,
): Layer {
  const count = outputs * inputs * kernel * kernel;
  const scale = 1 / (64 * inputs * kernel * kernel);
  const isKept = keeper(pruning ?? { scheme: 'dense', kept: 1 }, inputs, kernel * kernel, count);
  const data = Float32Array.from({ length: count }, (_, i) => (isKept(i) ? (((i * 37 + index) % 100) + 1) * scale : 0));
  const scales = Array.from({ length: outputs }, () => scale);
  return {
    name: `layer${index}`,
    output: `layer${index}`,
    kernel,
    weights: { dims: [outputs, inputs, kernel, kernel], data, scales },
    bias: new Float32Array(outputs),
    slope: new Float32Array(outputs).fill(0.25),
    inputs: [index],
    addBefore: null,
    addAfter: null,
  };
}

/** @returns whether a weight is kept; of the scheme's units exactly the share that it names, spread by chance */
function keeper({ scheme, block, kept }: Pruning, inputs: number, taps: number, count: number): (i: number) => boolean {
  if (scheme === 'dense') return () => true;
  const [outputs, depth] = block ?? [1, 1];
  const columns = Math.ceil(inputs / depth) * taps;
  const unitOf = (i: number): number => {
    const [o, c, tap] = [Math.floor(i / (inputs * taps)), Math.floor(i / taps) % inputs, i % taps];
    if (scheme === 'filter') return o;
    if (scheme === 'column') return c * taps + tap;
    return Math.floor(o / outputs) * columns + Math.floor(c / depth) * taps + tap;
  };
  const units = Math.max(...Array.from({ length: count }, (_, i) => unitOf(i))) + 1;
  const order = Array.from({ length: units }, (_, unit) => unit).sort((a, b) => scatter(a) - scatter(b));
  const rank = new Map(order.map((unit, i) => [unit, i]));
  return (i) => (rank.get(unitOf(i)) ?? 0) < Math.round(kept * units);
}

/** A number without pattern, the same in each run. */
function scatter(value: number): number {
  const h = Math.imul((value + 1) ^ ((value + 1) >>> 7), 0x9e3779b1);
  return Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) >>> 0;
}
