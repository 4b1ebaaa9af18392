import { describe, expect, it } from 'vitest';
import { gradientsOf } from '../../../../../models/search/train/autodiff/gradient.ts';
import { add, affine, constant, conv, div, matmul } from '../../../../../models/search/train/autodiff/ops.ts';
import { meanSquaredError, parameter, placeholder, reshape } from '../../../../../models/search/train/autodiff/ops.ts';
import { sortTensors } from '../../../../../models/search/train/autodiff/tensor.ts';
import type { Tensor } from '../../../../../models/search/train/autodiff/tensor.ts';

describe('expressions', () => {
  it('broadcast as numpy does and refuse shapes that do not fit', () => {
    const [a, b] = [placeholder('a', [2, 1, 3]), placeholder('b', [4, 1])];
    expect(add(a, b).shape).toEqual([2, 4, 3]);
    expect(() => add(a, placeholder('c', [2]))).toThrow('expected shapes that fit add but got [2, 1, 3] and [2]');
    expect(() => reshape(a, [7])).toThrow('expected shapes that fit reshape to [7]');
    expect(() => matmul(placeholder('m', [2, 3]), placeholder('n', [2, 3]))).toThrow('matmul');
    const x = placeholder('x', [1, 2, 8, 8]);
    expect(() => conv(x, placeholder('w', [4, 3, 3, 3]), placeholder('bias', [4]))).toThrow('conv');
  });

  it('are put in order once each, however deep and shared', () => {
    let x: Tensor = placeholder('x', [1]);
    for (let i = 0; i < 20_000; i++) x = add(x, x);
    const order = sortTensors([x]);
    expect(order.length).toBe(20_001);
    expect(order.at(-1)).toBe(x);
  });
});

describe('gradients', () => {
  const flat = placeholder('p', [4]);

  it('are zero for a parameter the loss does not depend on', () => {
    const [used, unused] = [parameter(flat, 0, [2]), parameter(flat, 2, [2])];
    const [, zero] = gradientsOf(meanSquaredError(used, constant([1], [1])), [used, unused]);
    expect(zero!.op).toBe('constant');
    expect(Array.from((zero as Tensor<'constant'>).attributes.data)).toEqual([0, 0]);
  });

  it('refuse an operation that has none', () => {
    const w = parameter(flat, 0, [4]);
    const loss = meanSquaredError(div(constant([4], [1, 1, 1, 1]), affine(w, 2)), constant([1], [0]));
    expect(() => gradientsOf(loss, [w])).toThrow('expected an operation with a gradient but got div');
  });
});
