import type { OnnxModel } from '../../format/onnx.ts';
import { gradientsOf } from '../train/autodiff/gradient.ts';
import {
  add,
  affine,
  concat,
  constant,
  conv,
  meanAbsoluteError,
  mul,
  placeholder,
  prelu,
  slice,
} from '../train/autodiff/ops.ts';
import type { Tensor } from '../train/autodiff/tensor.ts';
import { emitGraph } from '../train/emit/emitter.ts';
import type { Backend } from '../train/emit/emitter.ts';
import { mergeTensors, splitLayout } from '../train/net/forward.ts';
import type { MergedLayer } from '../train/net/forward.ts';
import { layoutOf } from '../train/net/parameters.ts';
import type { Space } from '../space/encoding.ts';
import { CELL_SWITCHES, outputStarts } from './path-inputs.ts';
import { placeOf, supernetLayers } from './shapes.ts';

export interface BatchShape {
  readonly batch: number;
  /** LR pixels. */
  readonly patch: number;
}

/** Numbers of the supernet's parameters and merged weights. */
export function supernetLayout(space: Space) {
  return layoutOf(supernetLayers(space), true);
}

/** Layers on the path: weights off it are zero by the mask, biases and slopes by `outputs`. */
function layersOnPath(space: Space, flat: Tensor) {
  const shapes = supernetLayers(space);
  const layout = supernetLayout(space);
  const { starts, size } = outputStarts(space);
  const outputs = placeholder('outputs', [size]);
  const parameters = splitLayout(layout, flat);
  const merged = mergeTensors(shapes, layout, parameters, placeholder('mask', [layout.maskSize]));
  const layers = merged.map((layer, i): MergedLayer => {
    const isOn = slice(outputs, starts[i]!, [shapes[i]!.outputs]);
    return { ...layer, bias: mul(layer.bias, isOn), slope: layer.slope ? mul(layer.slope, isOn) : null };
  });
  return { layers, parameters };
}

/** The diagonal of a 3x3 convolution that copies. */
function identity(width: number): Tensor {
  const data = new Float32Array(width * width * 9);
  for (let i = 0; i < width; i++) data[(i * width + i) * 9 + 4] = 1;
  return constant([width, width, 3, 3], data);
}

/**
 * One cell, whatever its block: the two 1x1 of a wide cell, or its input as it is; then one 3x3 whose weights are summed
 * over the blocks (only the path's are not zero; a skip copies); its activation, which is the identity for wide and skip;
 * and a sum.
 */
function cell(space: Space, index: number, layers: readonly MergedLayer[], switches: Tensor, x: Tensor): Tensor {
  const [plain, edge, widen, reduce, close] = (['plain', 'edge', 'widen', 'reduce', 'close'] as const).map(
    (part) => layers[placeOf(index, part)]!,
  ) as [MergedLayer, MergedLayer, MergedLayer, MergedLayer, MergedLayer];
  const width = Math.max(...space.widths);
  const [isSkip, isWide, isSum] = [0, 1, 2].map((i) => slice(switches, index * CELL_SWITCHES + i, [1])) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const middle = prelu(conv(x, widen.weights, widen.bias), widen.slope!);
  const u = add(conv(middle, reduce.weights, reduce.bias), mul(x, affine(isWide, -1, 1)));
  const weights = add(add(plain.weights, edge.weights), add(close.weights, mul(identity(width), isSkip)));
  const bias = add(add(plain.bias, edge.bias), close.bias);
  const slope = add(add(plain.slope!, edge.slope!), add(isSkip, isWide));
  return add(prelu(conv(u, weights, bias), slope), mul(x, isSum));
}

function buildLoss(space: Space, { batch, patch }: BatchShape) {
  const layout = supernetLayout(space);
  const flat = placeholder('p', [layout.size]);
  const switches = placeholder('switches', [CELL_SWITCHES * space.cells]);
  const low = placeholder('low', [batch, 1, patch, patch]);
  const high = placeholder('high', [batch, space.scale ** 2, patch, patch]);
  const { layers, parameters } = layersOnPath(space, flat);
  const head = layers[0]!;
  const first = prelu(conv(low, head.weights, head.bias), head.slope!);
  let x = first;
  for (let i = 0; i < space.cells; i++) x = cell(space, i, layers, switches, x);
  const tail = layers.at(-1)!;
  const prediction = add(conv(add(x, first), tail.weights, tail.bias), low);
  return { prediction, loss: meanAbsoluteError(prediction, high), parameters: [...parameters.values()] };
}

/**
 * Loss of any path and its gradient.
 * Inputs: p [P]; mask [K], outputs [B], switches [S] of a path; low [N,1,h,w]; high [N,s*s,h,w].
 * Outputs: gradient [P], loss []; prediction [N,s*s,h,w] where asked for.
 */
export function buildSupernetStep(
  space: Space,
  shape: BatchShape,
  backend: Backend,
  options: { prediction?: boolean } = {},
): OnnxModel {
  const { prediction, loss, parameters } = buildLoss(space, shape);
  const outputs: Record<string, Tensor> = { gradient: concat(gradientsOf(loss, parameters)), loss };
  if (options.prediction) outputs.prediction = prediction;
  return emitGraph('supernet-step', outputs, backend);
}
