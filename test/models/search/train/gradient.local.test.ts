import { describe, expect, it } from 'vitest';
import { quantizerStateSize } from '../../../../models/search/train/net/forward.ts';
import type { NetConfig } from '../../../../models/search/train/net/config.ts';
import { initialParameters, parameterLayout } from '../../../../models/search/train/net/parameters.ts';
import { gaussian, uniform } from '../../../../models/search/train/random.ts';
import type { Loss } from '../../../../models/search/train/run/loss.ts';
import { GraphSession, chooseBackend } from '../../../../models/search/train/run/session.ts';
import { buildGradient } from '../../../../models/search/train/run/step-graph.ts';
import { referenceLoss } from './reference-loss.ts';
import type { Problem } from './reference-loss.ts';

const base: NetConfig = {
  scale: 2,
  channels: 4,
  hiddenLayers: 1,
  activation: 'relu',
  block: 'plain',
  kernels: [3, 3, 3],
  longSkip: false,
  base: 'nearest',
  quantize: false,
};

function randomProblem(net: NetConfig, batch: number, patch: number, loss: Loss, maskShare = 0): Problem {
  const layout = parameterLayout(net);
  return {
    batch,
    patch,
    loss,
    x: Float32Array.from({ length: batch * patch * patch }, (_, i) => uniform(1, i)),
    target: Float32Array.from({ length: batch * net.scale ** 2 * patch * patch }, (_, i) => uniform(2, i)),
    mask: Float32Array.from({ length: layout.maskSize }, (_, i) => (uniform(3, i) < maskShare ? 0 : 1)),
  };
}

/** Larger than a fresh net's, so that every branch and the last layer matter. */
function randomParameters(net: NetConfig): Float32Array {
  return initialParameters(net, 5).map((v, i) => v + 0.1 * gaussian(6, i));
}

async function graphGradient(net: NetConfig, p: Float32Array, problem: Problem, backend: 'plain' | 'nchwc') {
  const chosen = backend === 'plain' ? ({ kind: 'plain' } as const) : await chooseBackend();
  const session = await GraphSession.open(buildGradient(net, problem, chosen));
  const { batch, patch } = problem;
  const state = Float32Array.from({ length: quantizerStateSize(net) }, (_, i) => (i % 2 === 0 ? 4 / 255 : 60));
  const outputs = await session.run({
    ...(net.quantize ? { quantizer: { dims: [state.length], data: state } } : {}),
    p: { dims: [p.length], data: p },
    mask: { dims: [problem.mask.length], data: Float32Array.from(problem.mask) },
    low: { dims: [batch, 1, patch, patch], data: Float32Array.from(problem.x) },
    high: { dims: [batch, net.scale ** 2, patch, patch], data: Float32Array.from(problem.target) },
  });
  await session.close();
  return { gradient: outputs.gradient!.data, loss: outputs.loss!.data[0]! };
}

/** Largest difference over the largest magnitude. */
function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = 0;
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
    most = Math.max(most, Math.abs(b[i]!));
  }
  return worst / most;
}

function numericGradient(net: NetConfig, p: Float32Array, problem: Problem): Float64Array {
  const h = 1e-6;
  const x = Float64Array.from(p);
  return x.map((v, i) => {
    x[i] = v + h;
    const above = referenceLoss(net, x, problem);
    x[i] = v - h;
    const below = referenceLoss(net, x, problem);
    x[i] = v;
    return (above - below) / (2 * h);
  });
}

const cases: { name: string; net: NetConfig; loss: Loss; mask?: number }[] = [
  { name: 'plain convolutions, ReLU, L1', net: base, loss: 'l1' },
  { name: 'plain convolutions, ReLU, L2, scale 3', net: { ...base, scale: 3 }, loss: 'l2' },
  { name: '5x5 and 1x1 kernels, PReLU', net: { ...base, activation: 'prelu', kernels: [5, 1, 3] }, loss: 'l2' },
  { name: 'plain convolutions, ReLU, PSNR', net: base, loss: 'psnr' },
  { name: 'long skip', net: { ...base, longSkip: true, hiddenLayers: 2, kernels: [3, 3, 3, 3] }, loss: 'l2' },
  { name: 'edge blocks, PReLU', net: { ...base, channels: 3, block: 'edge', activation: 'prelu' }, loss: 'l2' },
  {
    name: 'cells of every kind and width',
    net: {
      ...base,
      activation: 'prelu',
      longSkip: true,
      cells: [
        { block: 'plain', width: 8, expansion: 1 },
        { block: 'wide', width: 8, expansion: 2 },
        { block: 'wide', width: 4, expansion: 1 },
        { block: 'edge', width: 4, expansion: 1 },
      ],
    },
    loss: 'l2',
    mask: 0.4,
  },
  {
    name: 'edge blocks, long skip, mask',
    net: { ...base, channels: 3, block: 'edge', longSkip: true },
    loss: 'l2',
    mask: 0.4,
  },
];

describe('gradient of the training step', () => {
  for (const { name, net, loss, mask } of cases) {
    it(`agrees with finite differences of a float64 reference: ${name}`, async () => {
      const problem = randomProblem(net, 2, 4, loss, mask);
      const p = randomParameters(net);
      const graph = await graphGradient(net, p, problem, 'plain');
      const expected = referenceLoss(net, p, problem);
      expect(Math.abs(graph.loss - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
      expect(relativeError(graph.gradient, numericGradient(net, p, problem))).toBeLessThan(2e-5);
    });
  }

  it('is exact behind the last rounding when quantising, and finite everywhere', async () => {
    const net: NetConfig = { ...base, block: 'edge', activation: 'prelu', quantize: true };
    const problem = randomProblem(net, 2, 5, 'l2');
    const p = randomParameters(net);
    const { gradient } = await graphGradient(net, p, problem, 'plain');
    expect(gradient.every(Number.isFinite)).toBe(true);
    expect(gradient.filter((g) => g !== 0).length).toBeGreaterThan(0.9 * gradient.length);
    const { start, shape } = parameterLayout(net).entries.find((e) => e.name === 'bias2')!;
    // The loss is a parabola of the last bias: a wide central difference is exact.
    const h = 0.25;
    for (let i = start; i < start + shape[0]!; i++) {
      const [above, below] = [p.slice(), p.slice()];
      above[i]! += h;
      below[i]! -= h;
      const losses = [
        await graphGradient(net, above, problem, 'plain'),
        await graphGradient(net, below, problem, 'plain'),
      ];
      expect(gradient[i]).toBeCloseTo((losses[0]!.loss - losses[1]!.loss) / (2 * h), 5);
    }
  });

  const wide = { ...base, channels: 16, hiddenLayers: 2 };
  const layouts: { name: string; net: NetConfig }[] = [
    { name: 'ReLU', net: { ...wide, kernels: [3, 3, 3, 3] } },
    {
      name: 'PReLU, edge blocks, long skip',
      net: { ...wide, activation: 'prelu', block: 'edge', longSkip: true, kernels: [3, 3, 3, 3] },
    },
    { name: '32 channels, 5x5 and 1x1, scale 4', net: { ...wide, scale: 4, channels: 32, kernels: [5, 1, 3, 5] } },
  ];
  for (const { name, net } of layouts) {
    it(`is the same in channel blocks: ${name}`, async () => {
      const problem = randomProblem(net, 16, 12, 'l2');
      const p = randomParameters(net);
      const [plain, blocked] = [
        await graphGradient(net, p, problem, 'plain'),
        await graphGradient(net, p, problem, 'nchwc'),
      ];
      expect(relativeError(blocked.gradient, plain.gradient)).toBeLessThan(1e-5);
      expect(Math.abs(blocked.loss - plain.loss)).toBeLessThan(1e-6);
    });
  }
});
