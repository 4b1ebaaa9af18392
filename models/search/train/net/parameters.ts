import { gaussian, uniform } from '../random.ts';
import { layersOf } from './config.ts';
import type { LayerShape, NetConfig } from './config.ts';

/** The 1x1 of an edge block widens to this many times the outputs, as in ECBSR. */
const WIDENING = 2;
/** The net starts near its base image: the last layer's weights are this much smaller. */
const LAST_LAYER_GAIN = 0.01;
/** So that a cell with an identity beside it starts near the identity. */
const RESIDUAL_GAIN = 0.2;
const EDGE_SCALE_DEVIATION = 1e-3;
const INITIAL_SLOPE = 0.25;

/** One tensor inside the flat training vectors. */
export interface ParameterEntry {
  readonly name: string;
  /** Index of the layer that it belongs to. */
  readonly layer: number;
  readonly start: number;
  readonly shape: readonly number[];
  /** Start in the merged weights that it corresponds to element by element: a mask over those applies here too. */
  readonly maskStart: number | null;
}

/** Where everything stands in the flat vectors: what is trained, and the merged weights that masks are over. */
export interface ParameterLayout {
  readonly entries: readonly ParameterEntry[];
  readonly size: number;
  /** Start of each layer's merged weights [M, C, k, k] in the merged vector. */
  readonly maskStarts: readonly number[];
  readonly maskSize: number;
}

function tensorsOf(layer: LayerShape, hasSlopes: boolean): [name: string, shape: number[]][] {
  const { inputs: c, outputs: m, kernel: k } = layer;
  const wide = m * WIDENING;
  const list: [string, number[]][] = [
    ['weight', [m, c, k * k]],
    ['bias', [m]],
  ];
  if (layer.kind === 'edge') {
    list.push(['expand', [wide, c]], ['squeeze', [m, 9, wide]], ['squeezeBias', [m]]);
    list.push(['edge', [m, 3, c]], ['edgeScale', [m, 3, 1]], ['edgeBias', [m]]);
  }
  if (layer.activated && hasSlopes) list.push(['slope', [m]]);
  return list;
}

export function parameterLayout(net: NetConfig): ParameterLayout {
  return layoutOf(layersOf(net), net.activation === 'prelu');
}

/** @param hasSlopes whether activations are PReLUs */
export function layoutOf(layers: readonly LayerShape[], hasSlopes: boolean): ParameterLayout {
  const entries: ParameterEntry[] = [];
  const maskStarts: number[] = [];
  let size = 0;
  let maskSize = 0;
  for (const layer of layers) {
    maskStarts.push(maskSize);
    for (const [name, shape] of tensorsOf(layer, hasSlopes)) {
      entries.push({
        name: `${name}${layer.index}`,
        layer: layer.index,
        start: size,
        shape,
        maskStart: name === 'weight' ? maskSize : null,
      });
      size += shape.reduce((a, b) => a * b, 1);
    }
    maskSize += layer.inputs * layer.outputs * layer.kernel * layer.kernel;
  }
  return { entries, size, maskStarts, maskSize };
}

/** @returns the value of element `i` of a tensor before the first step; every element a function of (seed, place) */
function initialValue(seed: number, entry: ParameterEntry, i: number, layer: LayerShape): number {
  const name = entry.name.replace(/\d+$/, '');
  const at = entry.start + i;
  const gain = layer.isLast ? LAST_LAYER_GAIN : layer.residualFrom === null ? 1 : RESIDUAL_GAIN;
  const bounded = (fanIn: number): number => (2 * uniform(seed, at) - 1) / Math.sqrt(fanIn);
  switch (name) {
    case 'weight':
      return gain * bounded(layer.inputs * layer.kernel ** 2);
    case 'expand':
      return bounded(layer.inputs);
    case 'squeeze':
      return gain * bounded(layer.outputs * WIDENING * 9);
    case 'edge':
      return bounded(layer.inputs);
    case 'edgeScale':
      return EDGE_SCALE_DEVIATION * gaussian(seed, at);
    case 'slope':
      return INITIAL_SLOPE;
    default:
      return 0;
  }
}

/** @returns the flat parameter vector before the first step */
export function initialParameters(net: NetConfig, seed: number): Float32Array {
  return initialOf(layersOf(net), parameterLayout(net), seed);
}

export function initialOf(layers: readonly LayerShape[], layout: ParameterLayout, seed: number): Float32Array {
  const flat = new Float32Array(layout.size);
  for (const entry of layout.entries) {
    const layer = layers[Number(/\d+$/.exec(entry.name)![0])]!;
    const count = entry.shape.reduce((a, b) => a * b, 1);
    for (let i = 0; i < count; i++) flat[entry.start + i] = initialValue(seed, entry, i, layer);
  }
  return flat;
}
