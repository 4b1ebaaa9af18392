/** All merged layers as one vector: of each weights [M, C, k, k], bias [M] and slopes [M] where it has them. */
import { pullBack } from '../autodiff/gradient.ts';
import { concat, placeholder, slice } from '../autodiff/ops.ts';
import { sizeOf } from '../autodiff/tensor.ts';
import type { Tensor } from '../autodiff/tensor.ts';
import type { MergedLayer, Parameters } from './forward.ts';

const tensorsOf = (layers: readonly MergedLayer[]): Tensor[] =>
  layers.flatMap(({ weights, bias, slope }) => [weights, bias, ...(slope === null ? [] : [slope])]);

export function mergedVector(layers: readonly MergedLayer[]): Tensor {
  return concat(tensorsOf(layers));
}

/** @returns d loss / d parameter for each, of the graph's input `gradient`: d loss / d {@link mergedVector} */
export function pullBackMerged(layers: readonly MergedLayer[], parameters: Parameters): Tensor[] {
  const tensors = tensorsOf(layers);
  const flat = placeholder('gradient', [tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0)]);
  const given = new Map<Tensor, Tensor>();
  let start = 0;
  for (const tensor of tensors) {
    given.set(tensor, slice(flat, start, tensor.shape));
    start += sizeOf(tensor.shape);
  }
  return pullBack(given, [...parameters.values()]);
}
