/**
 * Expressions over dense float32 tensors of fixed shape: what the training step is written in. Building one computes
 * nothing; `gradient.ts` derives more expressions from it and `emit/` turns all of them into one ONNX graph.
 */

/** Attributes of each operation; the keys are the closed list of operations. */
export interface OpAttributes {
  /** A graph input. */
  leaf: { readonly name: string };
  constant: { readonly data: Float32Array };
  add: object;
  sub: object;
  mul: object;
  /** No gradient. */
  div: object;
  /** No gradient. */
  sqrt: object;
  /** y = x * factor + offset */
  affine: { readonly factor: number; readonly offset: number };
  reshape: object;
  transpose: { readonly permutation: readonly number[] };
  /** Rows of a batch of matrices; a two-dimensional left side is shared by the batch. */
  matmul: object;
  /** Elements [start, start + size) of a vector, given this tensor's shape. */
  slice: { readonly start: number };
  /** The first elements along every axis, as many as this tensor's shape has. */
  prefix: object;
  /** Zeros behind the elements along every axis, up to this tensor's shape: the gradient of `prefix`. */
  extend: object;
  concat: object;
  /** Sums over the axes that `shape` has as 1 or lacks: the gradient of broadcasting. */
  sumTo: object;
  log: object;
  sign: object;
  abs: object;
  meanAll: object;
  /** Stride 1, zero padding that keeps the size. Inputs x [N,C,H,W], weights [M,C,k,k], bias [M]. */
  conv: object;
  /** d conv / d x. Inputs dy [N,M,H,W], weights [M,C,k,k]. */
  convInputGrad: object;
  /** d conv / d weights. Inputs x, dy. */
  convWeightGrad: { readonly kernel: number };
  /** Sum over all but axis 1. */
  channelSum: object;
  relu: object;
  /** Inputs y (the output of relu), dy. */
  reluGrad: object;
  /** 1 where x > 0, else the channel's slope: d prelu / d x. Inputs x [N,C,H,W], slope [C]. No gradient. */
  preluDerivative: object;
  /** Inputs x, slope, derivative: the product x * derivative is several times cheaper than the PRelu operator. */
  prelu: object;
  /** min(x, 0) * dy, to be summed per channel. Inputs x, dy. */
  preluSlopeTerm: object;
  /** Rounds weights [M,...] to 8 bit, symmetric, one scale per output channel; the gradient passes straight through. */
  quantizeWeights: object;
  /** Rounds x to u8 with state [scale, zeroPoint]; the gradient passes where x lies inside the range. */
  quantizeActivations: object;
  /** Inputs x, state, dy. */
  quantizeActivationsGrad: object;
  /** [minimum, maximum] of all elements. */
  range: object;
}

export type OpName = keyof OpAttributes;

export interface Tensor<K extends OpName = OpName> {
  readonly op: K;
  readonly inputs: readonly Tensor[];
  readonly shape: readonly number[];
  readonly attributes: OpAttributes[K];
  /** True when a trainable leaf is among what it is made of. */
  readonly trainable: boolean;
}

/** @returns the number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Low-level constructor: the functions in `ops.ts` check shapes and call this. */
export function makeTensor<K extends OpName>(
  op: K,
  inputs: readonly Tensor[],
  shape: readonly number[],
  attributes: OpAttributes[K],
  trainable = inputs.some((t) => t.trainable),
): Tensor<K> {
  return { op, inputs, shape, attributes, trainable };
}

/** @returns inputs before users, each tensor once. */
export function sortTensors(roots: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  // Explicit stack: a long chain must not overflow the call stack.
  const stack: { tensor: Tensor; next: number }[] = roots.map((tensor) => ({ tensor, next: 0 })).reverse();
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const child = top.tensor.inputs[top.next];
    if (seen.has(top.tensor)) {
      stack.pop();
    } else if (child) {
      top.next += 1;
      if (!seen.has(child)) stack.push({ tensor: child, next: 0 });
    } else {
      seen.add(top.tensor);
      order.push(top.tensor);
      stack.pop();
    }
  }
  return order;
}
