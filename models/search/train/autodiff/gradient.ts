import { AppError } from '../../../../main/core/errors.ts';
import {
  add,
  affine,
  channelSum,
  constant,
  convInputGrad,
  convWeightGrad,
  div,
  extend,
  matmul,
  mul,
  reshape,
  sign,
  sumTo,
  transpose,
  transposeLast,
} from './ops.ts';
import { makeTensor, sizeOf, sortTensors } from './tensor.ts';
import type { OpName, Tensor } from './tensor.ts';

/** For one operation: d loss / d (each input), given d loss / d output. null: no gradient flows there. */
type Rule<K extends OpName> = (y: Tensor<K>, dy: Tensor) => readonly (Tensor | null)[];

/** `dy` of as many axes as `shape`, to be broadcast where it meets what has that shape. */
function spread(dy: Tensor, shape: readonly number[]): Tensor {
  const ones = shape.map(() => 1);
  return mul(dy, constant(ones, [1]));
}

const permuteBack = (permutation: readonly number[]): number[] => permutation.map((_, i) => permutation.indexOf(i));

/** An input's gradient rule is asked for only when that input is trainable; what is not listed has no gradient. */
const RULES: { readonly [K in OpName]?: Rule<K> } = {
  add: (y, dy) => y.inputs.map((x) => sumTo(dy, x.shape)),
  sub: ({ inputs: [a, b] }, dy) => [sumTo(dy, a!.shape), b!.trainable ? affine(sumTo(dy, b!.shape), -1) : null],
  mul: ({ inputs: [a, b] }, dy) => [
    a!.trainable ? sumTo(mul(dy, b!), a!.shape) : null,
    b!.trainable ? sumTo(mul(dy, a!), b!.shape) : null,
  ],
  affine: (y, dy) => [affine(dy, y.attributes.factor)],
  reshape: (y, dy) => [reshape(dy, y.inputs[0]!.shape)],
  transpose: (y, dy) => [transpose(dy, permuteBack(y.attributes.permutation))],
  prefix: (y, dy) => [extend(dy, y.inputs[0]!.shape)],
  matmul: ({ inputs: [a, b] }, dy) => {
    if (a!.trainable && a!.shape.length !== b!.shape.length) {
      throw new AppError(
        'internal',
        'expected a constant left side of a shared matrix product but got a trainable one',
      );
    }
    return [a!.trainable ? matmul(dy, transposeLast(b!)) : null, b!.trainable ? matmul(transposeLast(a!), dy) : null];
  },
  log: (y, dy) => [div(dy, y.inputs[0]!)],
  sumTo: ({ inputs: [x] }, dy) => [spread(dy, x!.shape)],
  abs: (y, dy) => [mul(dy, sign(y.inputs[0]!))],
  meanAll: ({ inputs: [x] }, dy) => [spread(affine(dy, 1 / sizeOf(x!.shape)), x!.shape)],
  conv: ({ inputs: [x, w] }, dy) => [
    x!.trainable ? convInputGrad(dy, w!) : null,
    convWeightGrad(x!, dy, w!.shape[2]!),
    channelSum(dy),
  ],
  relu: (y, dy) => [makeTensor('reluGrad', [y, dy], y.shape, {})],
  prelu: ({ inputs: [x, , derivative] }, dy) => [
    mul(dy, derivative!),
    channelSum(makeTensor('preluSlopeTerm', [x!, dy], x!.shape, {})),
    null,
  ],
  quantizeWeights: (_, dy) => [dy],
  quantizeActivations: ({ inputs: [x, state] }, dy) => [
    makeTensor('quantizeActivationsGrad', [x!, state!, dy], x!.shape, {}),
    null,
  ],
};

/**
 * Reverse-mode differentiation by graph construction.
 * @param loss shape []
 * @param parameters trainable tensors; nothing is derived beyond them
 * @returns d loss / d parameter for each, of the parameter's shape
 */
export function gradientsOf(loss: Tensor, parameters: readonly Tensor[]): Tensor[] {
  return pullBack(new Map([[loss, constant([], [1])]]), parameters);
}

/**
 * Carries what is known of a loss one part of the graph further back.
 * @param given d loss / d tensor for some tensors, of their shapes; none of them may be made from another
 * @returns d loss / d parameter for each
 */
export function pullBack(given: ReadonlyMap<Tensor, Tensor>, parameters: readonly Tensor[]): Tensor[] {
  const leaves = new Set(parameters);
  const adjoints = new Map(given);
  for (const tensor of sortTensors([...given.keys()]).reverse()) {
    const dy = adjoints.get(tensor);
    if (!dy || !tensor.trainable || leaves.has(tensor)) continue;
    const rule = RULES[tensor.op] as Rule<OpName> | undefined;
    if (!rule) throw new AppError('internal', `expected an operation with a gradient but got ${tensor.op}`);
    rule(tensor, dy).forEach((dx, i) => {
      const input = tensor.inputs[i]!;
      if (!dx || !input.trainable) return;
      const before = adjoints.get(input);
      adjoints.set(input, before ? add(before, dx) : dx);
    });
  }
  return parameters.map((p) => adjoints.get(p) ?? constant(p.shape, new Float32Array(sizeOf(p.shape))));
}
