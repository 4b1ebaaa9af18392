import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../main/core/errors.ts';
import { findSparsity, resolveSparsity } from '../../../models/compiler/sparsity.ts';
import type { Tensor } from '../../../models/ir/graph.ts';
import { importOnnx } from '../../../models/ir/import-onnx.ts';
import { randomNumbers, srNet } from '../../helpers/onnx-net.ts';

/** Random weights `[16, 8, 3, 3]`, zero where the unit's number hits. */
function weights(isZero: (o: number, c: number, tap: number) => boolean): Tensor {
  const data = randomNumbers(16 * 8 * 9, 5).map((v, i) =>
    isZero(Math.floor(i / 72), Math.floor(i / 9) % 8, i % 9) ? 0 : v,
  );
  return { dims: [16, 8, 3, 3], data };
}

const hash = (...values: number[]): number => values.reduce((h, v) => (h * 31 + v * 17 + 7) % 101, 1);

describe('findSparsity', () => {
  it.each([
    ['dense', undefined, weights(() => false)],
    ['filter', undefined, weights((o) => o % 3 === 0)],
    ['column', undefined, weights((_, c, tap) => hash(c, tap) > 40)],
    ['block', { outputs: 8, inputs: 4 }, weights((o, c, tap) => hash(o >> 3, c >> 2, tap) > 40)],
    ['block', { outputs: 4, inputs: 4 }, weights((o, c, tap) => hash(o >> 2, c >> 2, tap) > 40)],
    ['block', { outputs: 8, inputs: 1 }, weights((o, c, tap) => hash(o >> 3, c, tap) > 40)],
    ['pattern', undefined, weights((o, c, tap) => (tap + hash(o, c)) % 4 === 0)],
    ['unstructured', undefined, weights((o, c, tap) => (randomNumbers(1, o * 999 + c * 77 + tap)[0] ?? 0) > -0.3)],
  ] as const)('finds %s %o', (scheme, block, tensor) => {
    const found = findSparsity(tensor);
    expect(found.scheme).toBe(scheme);
    expect(found.block).toEqual(block);
  });
});

describe('resolveSparsity', () => {
  const graph = importOnnx(srNet({ channels: 8 }));

  it('refuses weights that keep more than the manifest says', () => {
    const declared = { layer: 'w1', scheme: 'block', block: { outputs: 8, inputs: 4 }, kept: 0.25 } as const;
    let message = '';
    try {
      resolveSparsity(graph, [declared]);
    } catch (error) {
      message = isAppError(error) ? error.message : 'another error';
    }
    expect(message).toBe("expected 25.0 % of layer 'w1' kept by scheme 'block' but got 100.0 %");
  });

  it('takes the manifest’s word for the scheme', () => {
    const block = { outputs: 4, inputs: 1 };
    expect(resolveSparsity(graph, [{ layer: 'w1', scheme: 'block', block }]).get('w1')).toEqual({
      scheme: 'block',
      block,
      kept: 1,
    });
  });

  it('refuses a layer that is not there', () => {
    expect(() => resolveSparsity(graph, [{ layer: 'w9', scheme: 'dense' }])).toThrow("layer 'w9'");
  });
});
