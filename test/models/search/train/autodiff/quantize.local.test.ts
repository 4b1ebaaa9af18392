import { describe, expect, it } from 'vitest';
import { gradientsOf } from '../../../../../models/search/train/autodiff/gradient.ts';
import { meanSquaredError, parameter, placeholder } from '../../../../../models/search/train/autodiff/ops.ts';
import { quantizeActivations, quantizeWeights } from '../../../../../models/search/train/autodiff/ops.ts';
import type { Tensor } from '../../../../../models/search/train/autodiff/tensor.ts';
import { emitGraph } from '../../../../../models/search/train/emit/emitter.ts';
import { GraphSession } from '../../../../../models/search/train/run/session.ts';

async function evaluate(outputs: Record<string, Tensor>, inputs: Record<string, number[]>) {
  const session = await GraphSession.open(emitGraph('test', outputs, { kind: 'plain' }));
  const values = await session.run(
    Object.fromEntries(
      Object.entries(inputs).map(([name, data]) => [name, { dims: [data.length], data: Float32Array.from(data) }]),
    ),
  );
  await session.close();
  return Object.fromEntries(Object.entries(values).map(([name, { data }]) => [name, Array.from(data)]));
}

/** The loss mean((y - target)^2) has the gradient 2 (y - target) / n at y. */
function gradientAtOutput(y: readonly number[], target: number): number[] {
  return y.map((v) => (2 * (v - target)) / y.length);
}

describe('fake quantisation', () => {
  it('rounds weights to 127 steps per output channel and lets the gradient through', async () => {
    const w = parameter(placeholder('p', [6]), 0, [2, 3]);
    const q = quantizeWeights(w);
    const target = placeholder('target', [1]);
    const [gradient] = gradientsOf(meanSquaredError(q, target), [w]);
    const p = [1.27, 0.014, -0.516, 0, 0, 0];
    const out = await evaluate({ q, gradient: gradient! }, { p, target: [3] });
    const expected = [1.27, 0.01, -0.52, 0, 0, 0];
    out.q!.forEach((v, i) => expect(v).toBeCloseTo(expected[i]!, 6));
    gradientAtOutput(out.q!, 3).forEach((g, i) => expect(out.gradient![i]).toBeCloseTo(g, 5));
  });

  it('rounds activations to u8 and passes the gradient inside the range only', async () => {
    const x = parameter(placeholder('p', [5]), 0, [5]);
    const state = placeholder('state', [2]);
    const q = quantizeActivations(x, state);
    const target = placeholder('target', [1]);
    const [gradient] = gradientsOf(meanSquaredError(q, target), [x]);
    // Scale 0.5, zero point 10: the range is [-5, 122.5].
    const out = await evaluate(
      { q, gradient: gradient! },
      { p: [-7, -4.8, 0, 3.3, 130], state: [0.5, 10], target: [9] },
    );
    expect(out.q).toEqual([-5, -5, 0, 3.5, 122.5]);
    const full = gradientAtOutput(out.q!, 9);
    [0, 1, 1, 1, 0].forEach((passes, i) => expect(out.gradient![i]).toBeCloseTo(passes * full[i]!, 5));
  });
});
