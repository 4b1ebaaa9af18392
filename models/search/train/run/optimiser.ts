import { add, affine, concat, div, matmul, mul, reshape, slice, sqrt, sumTo, transposeLast } from '../autodiff/ops.ts';
import { sizeOf } from '../autodiff/tensor.ts';
import type { Tensor } from '../autodiff/tensor.ts';
import type { NetConfig } from '../net/config.ts';
import { layersOf } from '../net/config.ts';
import { parameterLayout } from '../net/parameters.ts';
import type { ParameterEntry } from '../net/parameters.ts';

/** Adam, Kingma and Ba 2015: what every number moves by unless it belongs to a matrix that Muon moves. */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/**
 * Muon, Jordan 2024: the momentum of a hidden layer's weights, as a matrix of outputs by inputs and taps, is replaced by
 * the nearest matrix whose singular values are all about 1. `size` makes the root mean square of a move that of Adam's
 * (Liu et al., 2025, arXiv 2502.16982), so that one learning rate serves both.
 */
const MUON = { iterations: 5, coefficients: [3.4445, -4.775, 2.0315], size: 0.2, epsilon: 1e-12 } as const;

export const OPTIMISERS = ['adam', 'muon'] as const;
export type Optimiser = (typeof OPTIMISERS)[number];

/** The vectors [P] that a move is made from. */
export interface Moments {
  readonly gradient: Tensor;
  readonly m: Tensor;
  readonly v: Tensor;
}

/** Learning rates [1]: Adam's with its bias correction folded in, and the plain one. */
export interface MoveRates {
  readonly adam: Tensor;
  readonly plain: Tensor;
}

export interface Move {
  readonly m2: Tensor;
  readonly v2: Tensor;
  /** What is taken off the parameters [P]. */
  readonly move: Tensor;
}

/** @returns what a step of the optimiser takes off the parameters, and the moments after it */
export function moveOf(net: NetConfig, moments: Moments, rates: MoveRates, optimiser: Optimiser = 'adam'): Move {
  const { gradient: g, m, v } = moments;
  const m2 = add(affine(m, ADAM.beta1), affine(g, 1 - ADAM.beta1));
  const v2 = add(affine(v, ADAM.beta2), affine(mul(g, g), 1 - ADAM.beta2));
  const adam = mul(div(m2, affine(sqrt(v2), 1, ADAM.epsilon)), rates.adam);
  return { m2, v2, move: optimiser === 'adam' ? adam : withMatrices(net, m2, adam, rates.plain) };
}

/** Adam's moves, but those of the matrices, which are Muon's. */
function withMatrices(net: NetConfig, momentum: Tensor, adam: Tensor, rate: Tensor): Tensor {
  const moves = new Map<string, Tensor>();
  for (const group of matrixGroups(net)) {
    const [rows, columns] = matrixOf(group[0]!);
    const matrices = group.map((entry) => slice(momentum, entry.start, [rows, columns]));
    const stacked = reshape(concat(matrices), [group.length, rows, columns]);
    const scaled = affine(orthogonalised(stacked), MUON.size * Math.sqrt(Math.max(rows, columns)));
    const flat = mul(reshape(scaled, [group.length * rows * columns]), rate);
    group.forEach((entry, i) => moves.set(entry.name, slice(flat, i * rows * columns, [rows * columns])));
  }
  return concat(
    parameterLayout(net).entries.map(
      (entry) => moves.get(entry.name) ?? slice(adam, entry.start, [sizeOf(entry.shape)]),
    ),
  );
}

/** The weights of hidden layers, those of one shape together. */
function matrixGroups(net: NetConfig): ParameterEntry[][] {
  const layers = layersOf(net);
  const groups = new Map<string, ParameterEntry[]>();
  for (const entry of parameterLayout(net).entries) {
    const isHidden = entry.layer > 0 && !layers[entry.layer]!.isLast;
    if (!isHidden || entry.maskStart === null) continue;
    const key = matrixOf(entry).join();
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()];
}

/** Outputs, and everything else. */
function matrixOf({ shape }: ParameterEntry): [rows: number, columns: number] {
  return [shape[0]!, sizeOf(shape.slice(1))];
}

/** @param stack [n, rows, columns] @returns the nearest matrices with singular values near 1, by Newton and Schulz */
function orthogonalised(stack: Tensor): Tensor {
  const [n, rows, columns] = stack.shape as [number, number, number];
  if (rows > columns) return transposeLast(orthogonalised(transposeLast(stack)));
  const [a, b, c] = MUON.coefficients;
  let x = div(stack, affine(sqrt(sumTo(mul(stack, stack), [n, 1, 1])), 1, MUON.epsilon));
  for (let i = 0; i < MUON.iterations; i++) {
    const square = matmul(x, transposeLast(x));
    const polynomial = add(affine(square, b), affine(matmul(square, square), c));
    x = add(affine(x, a), matmul(polynomial, x));
  }
  return x;
}
