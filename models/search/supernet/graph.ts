import type { OnnxModel } from '../../format/onnx.ts';
import { gradientsOf } from '../train/autodiff/gradient.ts';
import { concat, meanAbsoluteError, parameter, placeholder, prefix } from '../train/autodiff/ops.ts';
import type { Tensor } from '../train/autodiff/tensor.ts';
import { emitGraph } from '../train/emit/emitter.ts';
import type { Backend } from '../train/emit/emitter.ts';
import { layersOf } from '../train/net/config.ts';
import { forward, mergeTensors } from '../train/net/forward.ts';
import type { MergedLayer } from '../train/net/forward.ts';
import { mergedVector, pullBackMerged } from '../train/net/merged-vector.ts';
import { layoutOf } from '../train/net/parameters.ts';
import type { ParameterEntry } from '../train/net/parameters.ts';
import { netOf } from '../space/encoding.ts';
import type { Encoding, Space } from '../space/encoding.ts';
import { layersOnPath, supernetLayers } from './shapes.ts';

export interface BatchShape {
  readonly batch: number;
  /** LR pixels. */
  readonly patch: number;
}

/** Numbers of the supernet's parameters and merged weights. */
export function supernetLayout(space: Space) {
  return layoutOf(supernetLayers(space), true);
}

/** @returns the parameters that a path trains, in the order of its gradient */
export function parametersOnPath(space: Space, encoding: Encoding): ParameterEntry[] {
  const places = new Set(layersOnPath(space, encoding).map(({ place }) => place));
  return supernetLayout(space).entries.filter(({ layer }) => places.has(layer));
}

/** The layers of the encoding's own network, cut out of the supernet's merged ones. */
function cutLayers(space: Space, encoding: Encoding, parameters: ReadonlyMap<string, Tensor>): MergedLayer[] {
  const shapes = supernetLayers(space);
  const path = layersOnPath(space, encoding);
  const onPath = path.map(({ place }) => shapes[place]!);
  const merged = mergeTensors(onPath, supernetLayout(space), parameters, null);
  return layersOf(netOf(encoding)).map(({ inputs, outputs, kernel, activated }, i) => {
    const { weights, bias, slope } = merged[i]!;
    const cut = prefix(weights, [outputs, inputs, kernel, kernel]);
    return {
      weights: cut,
      unrounded: cut,
      bias: prefix(bias, [outputs]),
      slope: activated && slope ? prefix(slope, [outputs]) : null,
    };
  });
}

/** A path's parameters as parts of the input p, and the layers that are made of them. */
function pathOf(space: Space, encoding: Encoding) {
  const flat = placeholder('p', [supernetLayout(space).size]);
  const entries = parametersOnPath(space, encoding);
  const parameters = new Map(entries.map(({ name, start, shape }) => [name, parameter(flat, start, shape)]));
  return { parameters, layers: cutLayers(space, encoding, parameters) };
}

/** The part of {@link buildPathStep} before the convolutions: input p; output merged. */
export function buildPathMerged(space: Space, encoding: Encoding): OnnxModel {
  return emitGraph('path-merged', { merged: mergedVector(pathOf(space, encoding).layers) }, { kind: 'plain' });
}

/** The part behind them: inputs p and gradient, of what the first part gave; output gradient2, as the whole step gives it. */
export function buildPathGradient(space: Space, encoding: Encoding): OnnxModel {
  const { layers, parameters } = pathOf(space, encoding);
  return emitGraph('path-gradient', { gradient2: concat(pullBackMerged(layers, parameters)) }, { kind: 'plain' });
}

/**
 * Loss of one path and its gradient: the graph holds that path's layers alone, each as wide as the path has it.
 * Inputs: p [P], the whole supernet; low [N,1,h,w]; high [N,s*s,h,w].
 * Outputs: gradient [sum of {@link parametersOnPath}], loss []; prediction [N,s*s,h,w] where asked for.
 */
export function buildPathStep(
  space: Space,
  encoding: Encoding,
  { batch, patch }: BatchShape,
  backend: Backend,
  options: { prediction?: boolean } = {},
): OnnxModel {
  const { parameters, layers } = pathOf(space, encoding);
  const low = placeholder('low', [batch, 1, patch, patch]);
  const high = placeholder('high', [batch, space.scale ** 2, patch, patch]);
  const { prediction } = forward(netOf(encoding), layers, low, null);
  const loss = meanAbsoluteError(prediction, high);
  const gradient = concat(gradientsOf(loss, [...parameters.values()]));
  return emitGraph('path-step', { gradient, loss, ...(options.prediction ? { prediction } : {}) }, backend);
}
