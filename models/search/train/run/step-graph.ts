import type { OnnxModel } from '../../../format/onnx.ts';
import { gradientsOf } from '../autodiff/gradient.ts';
import { add, affine, concat, constant } from '../autodiff/ops.ts';
import { mul, placeholder, slice, sub } from '../autodiff/ops.ts';
import type { Tensor } from '../autodiff/tensor.ts';
import { sizeOf } from '../autodiff/tensor.ts';
import { emitGraph } from '../emit/emitter.ts';
import type { Backend } from '../emit/emitter.ts';
import type { LayerShape, NetConfig } from '../net/config.ts';
import {
  forward,
  mergeLayers,
  mergeTensors,
  quantizerStateSize,
  splitLayout,
  splitParameters,
} from '../net/forward.ts';
import type { MergedLayer, Parameters } from '../net/forward.ts';
import { mergedVector, pullBackMerged } from '../net/merged-vector.ts';
import { parameterLayout } from '../net/parameters.ts';
import type { ParameterLayout } from '../net/parameters.ts';
import { lossOf } from './loss.ts';
import type { Loss } from './loss.ts';
import { moveOf } from './optimiser.ts';
import type { Optimiser } from './optimiser.ts';

/** Places in the input `rates`. */
const RATES = {
  /** Adam's step size, its bias correction folded in. */
  adam: 0,
  /** The plain learning rate, of Muon's moves and of the decoupled decay. */
  plain: 1,
  /** Weight of the old value in the moving average of the parameters. */
  average: 2,
} as const;

export interface StepShape {
  readonly batch: number;
  /** LR pixels. */
  readonly patch: number;
  readonly loss: Loss;
  /** Adam where it is not said. */
  readonly optimiser?: Optimiser | undefined;
}

/** The trained and the merged tensors as expressions of the flat vectors `p` and `mask`. */
interface Trained {
  readonly flat: Tensor;
  readonly mask: Tensor;
  readonly parameters: Parameters;
  readonly layers: readonly MergedLayer[];
}

function buildTrained(net: NetConfig): Trained {
  const layout = parameterLayout(net);
  const flat = placeholder('p', [layout.size]);
  const mask = placeholder('mask', [layout.maskSize]);
  const parameters = splitParameters(net, flat);
  return { flat, mask, parameters, layers: mergeLayers(net, parameters, mask) };
}

/** The loss of the batch `low`, `high` (with `quantizer`). */
function buildLoss(net: NetConfig, shape: StepShape) {
  const { batch, patch } = shape;
  const trained = buildTrained(net);
  const low = placeholder('low', [batch, 1, patch, patch]);
  const high = placeholder('high', [batch, net.scale ** 2, patch, patch]);
  const quantizer = net.quantize ? placeholder('quantizer', [quantizerStateSize(net)]) : null;
  const { prediction, ranges } = forward(net, trained.layers, low, quantizer);
  return { ...trained, loss: lossOf(shape.loss, prediction, high), ranges };
}

/** The mask over the merged weights as a mask over the parameters: 1 where a parameter has no merged weight of its own. */
function parameterMask(net: NetConfig, mask: Tensor): Tensor {
  return concat(
    parameterLayout(net).entries.map(({ maskStart, shape }) => {
      const size = sizeOf(shape);
      return maskStart === null ? constant([size], new Float32Array(size).fill(1)) : slice(mask, maskStart, [size]);
    }),
  );
}

/**
 * What the decoupled decay shrinks: the parameters, but where one has a merged weight of its own, that. Its share is taken
 * off the parameter, so that a decay of d makes the merged weight (1 - d) times itself, whatever the branches add to it.
 */
function decayed(net: NetConfig, parameters: Parameters, layers: readonly MergedLayer[]): Tensor {
  const merged = layers.map(({ unrounded }) => unrounded);
  return concat(
    parameterLayout(net).entries.map(({ name, maskStart }) =>
      maskStart === null ? parameters.get(name)! : merged.shift()!,
    ),
  );
}

/**
 * One training step: forward, loss, gradients, Adam with decoupled decay, moving average.
 * Inputs: p, m, v, average, decay [P]; mask [K]; rates [3]; low [N,1,h,w]; high [N,s*s,h,w]; quantizer [Q] if quantising.
 * Outputs: p2, m2, v2, average2 [P]; loss []; ranges [Q] if quantising.
 */
export function buildTrainingStep(net: NetConfig, shape: StepShape, backend: Backend): OnnxModel {
  const { loss, ranges, ...trained } = buildLoss(net, shape);
  const gradients = gradientsOf(loss, [...trained.parameters.values()]);
  const outputs: Record<string, Tensor> = { ...updated(net, shape.optimiser, trained, gradients), loss };
  if (ranges.length > 0) outputs.ranges = concat(ranges);
  return emitGraph('training-step', outputs, backend);
}

/** Adam with decoupled decay and the moving average: p2, m2, v2, average2, from m, v, average, decay [P] and rates [3]. */
function updated(
  net: NetConfig,
  optimiser: Optimiser | undefined,
  { flat: p, mask, parameters, layers }: Trained,
  gradients: readonly Tensor[],
): Record<string, Tensor> {
  const gradient = concat(gradients);
  const size = p.shape;
  const kept = parameterMask(net, mask);
  const [m, v, average, decay] = ['m', 'v', 'average', 'decay'].map((name) => placeholder(name, size)) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const rates = placeholder('rates', [3]);
  const rate = (place: number): Tensor => slice(rates, place, [1]);

  const moments = { gradient: mul(gradient, kept), m, v };
  const { m2, v2, move } = moveOf(net, moments, { adam: rate(RATES.adam), plain: rate(RATES.plain) }, optimiser);
  const shrink = mul(mul(decayed(net, parameters, layers), decay), rate(RATES.plain));
  const p2 = mul(sub(p, add(move, shrink)), kept);
  // average + (1 - a) * (p2 - average)
  const share = affine(rate(RATES.average), -1, 1);
  const average2 = mul(add(average, mul(sub(p2, average), share)), kept);
  return { p2, m2: mul(m2, kept), v2: mul(v2, kept), average2 };
}

/** The part of a step before the convolutions: inputs p, mask; output merged. */
export function buildMerged(net: NetConfig): OnnxModel {
  return emitGraph('merged', { merged: mergedVector(buildTrained(net).layers) }, { kind: 'plain' });
}

/**
 * The part behind them: d loss / d merged goes back to the parameters, which are updated. Inputs: p, m, v, average, decay,
 * mask, rates, gradient. Outputs: p2, m2, v2, average2.
 */
export function buildUpdate(net: NetConfig, optimiser?: Optimiser): OnnxModel {
  const trained = buildTrained(net);
  const gradients = pullBackMerged(trained.layers, trained.parameters);
  return emitGraph('update', updated(net, optimiser, trained, gradients), { kind: 'plain' });
}

/** Only the gradient: inputs p, mask, low, high (, quantizer); outputs gradient [P], loss []. For tests. */
export function buildGradient(net: NetConfig, shape: StepShape, backend: Backend): OnnxModel {
  const { parameters, loss } = buildLoss(net, shape);
  return emitGraph('gradient', { gradient: concat(gradientsOf(loss, [...parameters.values()])), loss }, backend);
}

/** Merges branches: inputs p, mask; outputs weights<i> [M,C,k,k], bias<i> [M], slope<i> [M] for each layer. */
export function buildMerge(layers: readonly LayerShape[], layout: ParameterLayout, isRounded: boolean): OnnxModel {
  const parameters = splitLayout(layout, placeholder('p', [layout.size]));
  const outputs: Record<string, Tensor> = {};
  const mask = placeholder('mask', [layout.maskSize]);
  mergeTensors(layers, layout, parameters, mask, isRounded).forEach((layer, i) => {
    outputs[`weights${i}`] = layer.weights;
    outputs[`bias${i}`] = layer.bias;
    if (layer.slope) outputs[`slope${i}`] = layer.slope;
  });
  return emitGraph('merge', outputs, { kind: 'plain' });
}
