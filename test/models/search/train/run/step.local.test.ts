import { describe, expect, it } from 'vitest';
import { openTrainingPass } from '../../../../../native-bridge/cpu/training.ts';
import { whyEngineMissing } from '../../../../../native-bridge/cpu/engine.ts';
import type { NetConfig } from '../../../../../models/search/train/net/config.ts';
import type { Loss } from '../../../../../models/search/train/run/loss.ts';
import { passTask } from '../../../../../models/search/train/run/pass.ts';
import { createState } from '../../../../../models/search/train/run/state.ts';
import { openStep } from '../../../../../models/search/train/run/step.ts';
import { gaussian, uniform } from '../../../../../models/search/train/random.ts';

const missing = whyEngineMissing();
if (missing !== null) console.warn(`skipped: ${missing}`);

const CHAIN: NetConfig = {
  ...{ scale: 2, channels: 16, hiddenLayers: 2, activation: 'prelu', block: 'edge', kernels: [3, 3, 3, 3] },
  ...{ longSkip: true, base: 'nearest', quantize: false },
};
const NETS: Readonly<Record<string, NetConfig>> = {
  'a chain of re-parameterised blocks': CHAIN,
  'a plain chain without a skip, for x3': { ...CHAIN, scale: 3, block: 'plain', longSkip: false, channels: 12 },
  'cells of every kind': {
    ...CHAIN,
    channels: 20,
    cells: [
      { block: 'edge', width: 20, expansion: 1 },
      { block: 'wide', width: 20, expansion: 3 },
      { block: 'plain', width: 8, expansion: 1 },
      { block: 'wide', width: 20, expansion: 2 },
    ],
  },
};

const vector = (data: Float32Array) => ({ dims: [data.length], data });

/** One step of a net with random values everywhere, a third of its merged weights masked. */
async function stepOnce(net: NetConfig, loss: Loss, withPass: boolean) {
  const [batch, patch] = [3, 20];
  const schedule = { rate: 0, warmupSteps: 0, patch, decayPatch: patch };
  const { vectors } = createState({ net, seed: 5, batch, loss, schedule, averageDecay: 0 }, 1);
  const random = (length: number, seed: number) => Float32Array.from({ length }, (_, i) => uniform(seed, i));
  const size = vectors.p.length;
  const p = vectors.p.map((value, i) => value + 0.05 * gaussian(11, i));
  const inputs = {
    p: vector(p),
    m: vector(random(size, 1).map((x) => 1e-3 * (x - 0.5))),
    v: vector(random(size, 2).map((x) => 1e-5 * x)),
    average: vector(p),
    decay: vector(random(size, 3)),
    mask: vector(random(vectors.mask.length, 4).map((x) => (x < 1 / 3 ? 0 : 1))),
    rates: vector(Float32Array.of(1e-3, 1e-3, 0.9)),
    low: { dims: [batch, 1, patch, patch], data: random(batch * patch * patch, 6) },
    high: { dims: [batch, net.scale ** 2, patch, patch], data: random(batch * (net.scale * patch) ** 2, 7) },
  };
  const names = ['p2', 'm2', 'v2', 'average2'] as const;
  const into = Object.fromEntries(names.map((name) => [name, vector(new Float32Array(size))]));
  const step = await openStep(
    net,
    { batch, patch, loss },
    withPass ? { kind: 'plain', openPass: openTrainingPass } : { kind: 'plain' },
  );
  const result = await step.run(inputs, into);
  await step.close();
  return { loss: result.loss, p, ...Object.fromEntries(names.map((name) => [name, into[name]!.data])) };
}

/** Largest difference over the largest change that the step made. */
function distance(a: Float32Array, b: Float32Array): number {
  const scale = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) / scale;
}

describe.skipIf(missing !== null)('a step around convolutions of the CPU engine', () => {
  describe.each(Object.keys(NETS))('of %s', (name) => {
    it.each(['l1', 'l2', 'psnr'] as const)('does what the graph does (%s)', async (loss) => {
      const [graph, pass] = [await stepOnce(NETS[name]!, loss, false), await stepOnce(NETS[name]!, loss, true)];
      expect(Math.abs(pass.loss / graph.loss - 1)).toBeLessThan(1e-5);
      for (const vectorName of ['m2', 'v2'] as const) {
        const [a, b] = [graph, pass].map((r) => (r as unknown as Record<string, Float32Array>)[vectorName]!);
        expect(distance(a!, b!), vectorName).toBeLessThan(1e-3);
      }
      const moved = ({ p, ...r }: typeof graph) =>
        (r as unknown as Record<string, Float32Array>).p2!.map((value, i) => value - p[i]!);
      expect(distance(moved(graph), moved(pass))).toBeLessThan(1e-3);
    });
  });

  it('is used for nets of PReLUs that are not being quantised', () => {
    const shape = { batch: 1, patch: 8, loss: 'l1' as const };
    expect(passTask(CHAIN, shape)?.layers.map(({ addsFirst }) => addsFirst)).toEqual([false, false, false, true]);
    expect(passTask({ ...CHAIN, quantize: true }, shape)).toBeNull();
    expect(passTask({ ...CHAIN, activation: 'relu' }, shape)).toBeNull();
    expect(passTask({ ...CHAIN, block: 'plain', kernels: [5, 3, 3, 3] }, shape)).toBeNull();
  });
});
