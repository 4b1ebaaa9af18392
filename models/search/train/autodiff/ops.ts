import { AppError } from '../../../../main/core/errors.ts';
import { makeTensor, sizeOf } from './tensor.ts';
import type { Tensor } from './tensor.ts';

function check(condition: boolean, op: string, ...tensors: readonly Tensor[]): void {
  if (condition) return;
  const shapes = tensors.map((t) => `[${t.shape.join(', ')}]`).join(' and ');
  throw new AppError('internal', `expected shapes that fit ${op} but got ${shapes}`);
}

/** Elements [start, start + size) of a flat vector as a trainable tensor: what gradients are asked for. */
export function parameter(flat: Tensor, start: number, shape: readonly number[]): Tensor {
  return makeTensor('slice', [flat], shape, { start }, true);
}

/** A graph input without gradient. */
export function placeholder(name: string, shape: readonly number[]): Tensor {
  return makeTensor('leaf', [], shape, { name }, false);
}

export function constant(shape: readonly number[], data: ArrayLike<number>): Tensor {
  return makeTensor('constant', [], shape, { data: Float32Array.from(data) }, false);
}

/** Numpy broadcasting. */
function broadcast(op: string, a: Tensor, b: Tensor): number[] {
  const rank = Math.max(a.shape.length, b.shape.length);
  return Array.from({ length: rank }, (_, i) => {
    const da = a.shape[i - rank + a.shape.length] ?? 1;
    const db = b.shape[i - rank + b.shape.length] ?? 1;
    check(da === db || da === 1 || db === 1, op, a, b);
    return Math.max(da, db);
  });
}

export function add(a: Tensor, b: Tensor): Tensor {
  return makeTensor('add', [a, b], broadcast('add', a, b), {});
}

export function sub(a: Tensor, b: Tensor): Tensor {
  return makeTensor('sub', [a, b], broadcast('sub', a, b), {});
}

export function mul(a: Tensor, b: Tensor): Tensor {
  return makeTensor('mul', [a, b], broadcast('mul', a, b), {});
}

export function div(a: Tensor, b: Tensor): Tensor {
  return makeTensor('div', [a, b], broadcast('div', a, b), {});
}

export function sqrt(x: Tensor): Tensor {
  return makeTensor('sqrt', [x], x.shape, {});
}

/** Natural logarithm. */
export function log(x: Tensor): Tensor {
  return makeTensor('log', [x], x.shape, {});
}

/** Mean of all elements, shape []. */
export function meanAll(x: Tensor): Tensor {
  return makeTensor('meanAll', [x], [], {});
}

/** factor * x + offset */
export function affine(x: Tensor, factor: number, offset = 0): Tensor {
  return makeTensor('affine', [x], x.shape, { factor, offset });
}

export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  check(sizeOf(shape) === sizeOf(x.shape), `reshape to [${shape.join(', ')}]`, x);
  return makeTensor('reshape', [x], shape, {});
}

export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  check(permutation.length === x.shape.length, 'transpose', x);
  return makeTensor(
    'transpose',
    [x],
    permutation.map((axis) => x.shape[axis]!),
    { permutation },
  );
}

/** Swaps the last two axes. */
export function transposeLast(x: Tensor): Tensor {
  const rank = x.shape.length;
  const permutation = x.shape.map((_, i) => (i < rank - 2 ? i : i === rank - 2 ? rank - 1 : rank - 2));
  return transpose(x, permutation);
}

/** a [..., i, k] times b [..., k, j]; batches equal, or `a` a single matrix for all of them. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const sameBatch = a.shape.slice(0, -2).join() === b.shape.slice(0, -2).join();
  check((sameBatch || a.shape.length === 2) && a.shape.at(-1) === b.shape.at(-2), 'matmul', a, b);
  return makeTensor('matmul', [a, b], [...b.shape.slice(0, -2), a.shape.at(-2)!, b.shape.at(-1)!], {});
}

/** Elements [start, start + size) of a vector in another shape. */
export function slice(x: Tensor, start: number, shape: readonly number[]): Tensor {
  check(x.shape.length === 1 && start + sizeOf(shape) <= x.shape[0]!, 'slice', x);
  return makeTensor('slice', [x], shape, { start });
}

/** The first elements along every axis. */
export function prefix(x: Tensor, shape: readonly number[]): Tensor {
  if (x.shape.join() === shape.join()) return x;
  const fits = shape.length === x.shape.length && shape.every((size, axis) => size <= x.shape[axis]!);
  check(fits, `a prefix of [${shape.join(', ')}]`, x);
  return makeTensor('prefix', [x], shape, {});
}

/** Zeros behind the elements along every axis. */
export function extend(x: Tensor, shape: readonly number[]): Tensor {
  return makeTensor('extend', [x], shape, {});
}

/** All elements one after another, as a vector. */
export function concat(parts: readonly Tensor[]): Tensor {
  const length = parts.reduce((sum, p) => sum + sizeOf(p.shape), 0);
  return makeTensor('concat', parts, [length], {});
}

export function sumTo(x: Tensor, shape: readonly number[]): Tensor {
  if (x.shape.join() === shape.join()) return x;
  check(sizeOf(shape) <= sizeOf(x.shape), `a sum to [${shape.join(', ')}]`, x);
  return makeTensor('sumTo', [x], shape, {});
}

export function sign(x: Tensor): Tensor {
  return makeTensor('sign', [x], x.shape, {});
}

/** Mean of |prediction - target|, shape []. */
export function meanAbsoluteError(prediction: Tensor, target: Tensor): Tensor {
  const difference = sub(prediction, target);
  return meanAll(makeTensor('abs', [difference], difference.shape, {}));
}

/** Mean of (prediction - target)^2, shape []. */
export function meanSquaredError(prediction: Tensor, target: Tensor): Tensor {
  const difference = sub(prediction, target);
  return meanAll(mul(difference, difference));
}

/** Stride 1, zero padding (k-1)/2, k odd. x [N,C,H,W], weights [M,C,k,k], bias [M]. */
export function conv(x: Tensor, weights: Tensor, bias: Tensor): Tensor {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const [m, wc, k, k2] = weights.shape as [number, number, number, number];
  check(c === wc && k === k2 && k % 2 === 1 && bias.shape[0] === m, 'conv', x, weights, bias);
  return makeTensor('conv', [x, weights, bias], [n, m, h, w], {});
}

export function convInputGrad(dy: Tensor, weights: Tensor): Tensor {
  const [n, , h, w] = dy.shape as [number, number, number, number];
  return makeTensor('convInputGrad', [dy, weights], [n, weights.shape[1]!, h, w], {});
}

export function convWeightGrad(x: Tensor, dy: Tensor, kernel: number): Tensor {
  return makeTensor('convWeightGrad', [x, dy], [dy.shape[1]!, x.shape[1]!, kernel, kernel], { kernel });
}

export function channelSum(x: Tensor): Tensor {
  return makeTensor('channelSum', [x], [x.shape[1]!], {});
}

export function relu(x: Tensor): Tensor {
  return makeTensor('relu', [x], x.shape, {});
}

/** x [N,C,H,W], slope [C]. */
export function prelu(x: Tensor, slope: Tensor): Tensor {
  check(slope.shape.length === 1 && slope.shape[0] === x.shape[1], 'prelu', x, slope);
  const derivative = makeTensor('preluDerivative', [x, slope], x.shape, {}, false);
  return makeTensor('prelu', [x, slope, derivative], x.shape, {});
}

/** Fake quantisation of weights: s8, symmetric, scale = max|w| / 127 per output channel (axis 0). */
export function quantizeWeights(w: Tensor): Tensor {
  return makeTensor('quantizeWeights', [w], w.shape, {});
}

/** Fake quantisation of activations: u8 with state [scale, zeroPoint]. */
export function quantizeActivations(x: Tensor, state: Tensor): Tensor {
  check(state.shape.length === 1 && state.shape[0] === 2, 'quantizeActivations', x, state);
  return makeTensor('quantizeActivations', [x, state], x.shape, {});
}

/** [minimum, maximum] of all elements, shape [2]. */
export function range(x: Tensor): Tensor {
  return makeTensor('range', [x], [2], {});
}
