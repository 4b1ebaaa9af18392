import {
  add,
  constant,
  conv,
  matmul,
  mul,
  parameter,
  prelu,
  quantizeActivations,
  quantizeWeights,
  range,
} from '../autodiff/ops.ts';
import { relu, reshape, slice, transposeLast } from '../autodiff/ops.ts';
import type { Tensor } from '../autodiff/tensor.ts';
import { layersOf } from './config.ts';
import type { LayerShape, NetConfig } from './config.ts';
import { parameterLayout } from './parameters.ts';
import type { ParameterLayout } from './parameters.ts';

/** Sobel-x, sobel-y and laplacian, a column each: [9, 3]. */
const EDGES = constant(
  [9, 3],
  [
    [1, 1, 0],
    [0, 2, 1],
    [-1, 1, 0],
    [2, 0, 1],
    [0, 0, -4],
    [-2, 0, 1],
    [1, -1, 0],
    [0, -2, 1],
    [-1, -1, 0],
  ].flat(),
);

/** The trainable tensors by name, in layout order. */
export type Parameters = ReadonlyMap<string, Tensor>;

/** @param flat vector of `parameterLayout(net).size` elements */
export function splitParameters(net: NetConfig, flat: Tensor): Parameters {
  return splitLayout(parameterLayout(net), flat);
}

export function splitLayout(layout: ParameterLayout, flat: Tensor): Parameters {
  return new Map(layout.entries.map((e) => [e.name, parameter(flat, e.start, e.shape)]));
}

/** A layer after merging: what inference sees. */
export interface MergedLayer {
  /** [M, C, k, k], what the convolution takes. */
  readonly weights: Tensor;
  /** The same before rounding to 8 bit. */
  readonly unrounded: Tensor;
  readonly bias: Tensor;
  readonly slope: Tensor | null;
}

/** 1 at the middle tap of each output's own channel: the identity branch. */
function identity(layer: LayerShape): Tensor {
  const { inputs: c, outputs: m } = layer;
  const data = new Float32Array(m * c * 9);
  for (let i = 0; i < m; i++) data[(i * c + i) * 9 + 4] = 1;
  return constant([m, c, 9], data);
}

/** Sums the branches of a block in weight space: weights [M, C, k*k] and bias [M]. */
function collapse(layer: LayerShape, get: (name: string) => Tensor): [weights: Tensor, bias: Tensor] {
  if (layer.kind === 'plain') return [get('weight'), get('bias')];
  const { inputs: c, outputs: m } = layer;
  const squeeze = get('squeeze');
  const wide = squeeze.shape[2]!;
  const expanded = reshape(matmul(reshape(squeeze, [m * 9, wide]), get('expand')), [m, 9, c]);
  const edges = matmul(EDGES, mul(get('edge'), get('edgeScale')));
  const dense = add(get('weight'), transposeLast(add(expanded, edges)));
  const weights = m === c ? add(dense, identity(layer)) : dense;
  return [weights, add(add(get('bias'), get('squeezeBias')), get('edgeBias'))];
}

/**
 * mask * collapse(branches), rounded to 8 bit when the net is being quantised: the very weights that are exported.
 * @param mask vector over the merged weights
 */
export function mergeLayers(net: NetConfig, parameters: Parameters, mask: Tensor): MergedLayer[] {
  return mergeTensors(layersOf(net), parameterLayout(net), parameters, mask, net.quantize);
}

/** {@link mergeLayers} for any list of layers; without a mask where none is pruned. */
export function mergeTensors(
  layers: readonly LayerShape[],
  { maskStarts }: Pick<ParameterLayout, 'maskStarts'>,
  parameters: Parameters,
  mask: Tensor | null,
  isRounded = false,
): MergedLayer[] {
  return layers.map((layer) => {
    const get = (name: string): Tensor => parameters.get(`${name}${layer.index}`)!;
    const [collapsed, bias] = collapse(layer, get);
    const shape = [layer.outputs, layer.inputs, layer.kernel, layer.kernel];
    const isKept = mask && slice(mask, maskStarts[layer.index]!, collapsed.shape);
    const kept = reshape(isKept ? mul(collapsed, isKept) : collapsed, shape);
    const slope = parameters.get(`slope${layer.index}`) ?? null;
    return { weights: isRounded ? quantizeWeights(kept) : kept, unrounded: kept, bias, slope };
  });
}

/** Numbers of quantiser state per activation: scale and zero point. */
const QUANTIZER_STATE = 2;

/** @returns length of the quantiser state: every activation's input to a convolution, the image included */
export function quantizerStateSize(net: NetConfig): number {
  return net.quantize ? QUANTIZER_STATE * (layersOf(net).length - 1) : 0;
}

export interface Forward {
  /** [N, scale^2, H, W]: base plus net, before the pixel shuffle. */
  readonly prediction: Tensor;
  /** [minimum, maximum] of each quantised activation, first to last. */
  readonly ranges: readonly Tensor[];
}

/**
 * @param lr [N, 1, H, W], luma / 255
 * @param quantizer scale and zero point of each activation, null when the net is not being quantised
 */
export function forward(net: NetConfig, layers: readonly MergedLayer[], lr: Tensor, quantizer: Tensor | null): Forward {
  const ranges: Tensor[] = [];
  const outputs: Tensor[] = [];
  let x = lr;
  for (const { index, activated, isLast, residualFrom } of layersOf(net)) {
    const layer = layers[index]!;
    if (isLast && net.longSkip) x = add(x, outputs[0]!);
    if (quantizer && index > 0) {
      ranges.push(range(x));
      x = quantizeActivations(x, slice(quantizer, QUANTIZER_STATE * (index - 1), [QUANTIZER_STATE]));
      // Whoever adds it later reads the codes that this layer reads.
      if (!(isLast && net.longSkip)) outputs[index - 1] = x;
    }
    x = conv(x, layer.weights, layer.bias);
    if (activated) x = layer.slope ? prelu(x, layer.slope) : relu(x);
    if (residualFrom !== null) x = add(x, outputs[residualFrom]!);
    outputs.push(x);
  }
  // Nearest base: every output channel of the pixel shuffle gets the LR pixel itself.
  return { prediction: add(x, lr), ranges };
}
