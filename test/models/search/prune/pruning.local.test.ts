import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileSparse } from '../../../../models/compiler/compile.ts';
import { keptShare } from '../../../../models/compiler/sparsity.ts';
import { costOfMasks, samples720p } from '../../../../models/search/prune/budget.ts';
import type { Budget } from '../../../../models/search/prune/budget.ts';
import { chooseMasks } from '../../../../models/search/prune/choose-masks.ts';
import { pruneFrom } from '../../../../models/search/prune/from-dense.ts';
import type { PruningConfig } from '../../../../models/search/prune/pruning.ts';
import type { Scheme } from '../../../../models/search/space/scheme.ts';
import { exportModel } from '../../../../models/search/train/export.ts';
import { layersOf } from '../../../../models/search/train/net/config.ts';
import type { NetConfig } from '../../../../models/search/train/net/config.ts';
import { parameterLayout } from '../../../../models/search/train/net/parameters.ts';
import { gaussian } from '../../../../models/search/train/random.ts';
import { flatWeights, mergeNet } from '../../../../models/search/train/run/merge.ts';
import { planDecay } from '../../../../models/search/train/run/schedule.ts';
import { chooseBackend } from '../../../../models/search/train/run/session.ts';
import { decodeState, encodeState } from '../../../../models/search/train/run/state-codec.ts';
import { createState } from '../../../../models/search/train/run/state.ts';
import type { TrainingState } from '../../../../models/search/train/run/state.ts';
import { Trainer } from '../../../../models/search/train/run/trainer.ts';
import { syntheticSet } from '../train/synthetic-set.ts';

const net: NetConfig = {
  scale: 2,
  channels: 16,
  hiddenLayers: 2,
  activation: 'prelu',
  block: 'edge',
  kernels: [3, 3, 3, 3],
  longSkip: true,
  base: 'nearest',
  quantize: false,
};
const schedule = { rate: 1e-3, warmupSteps: 1, patch: 8, decayPatch: 8 };
const half: Budget = { unit: 'share', most: 0.5, dataType: 'int8' };

function pruningOf(scheme: Scheme, budget = half): PruningConfig {
  const schemes: Scheme[] = ['none', scheme, scheme, scheme];
  return { schemes, budget, denseSteps: 2, regulariseSteps: 8, moveSteps: 12, everySteps: 4, strength: 0.1 };
}

const dense = createState({ net, seed: 3, batch: 16, loss: 'l1', schedule, averageDecay: 0.9 }, 10);

async function trainTo(state: TrainingState, step: number): Promise<TrainingState> {
  const trainer = new Trainer(state, syntheticSet(2), await chooseBackend());
  while (state.step < step) await trainer.step();
  await trainer.close();
  return state;
}

describe('choosing masks', () => {
  const { maskSize } = parameterLayout(net);
  const weights = Float32Array.from({ length: maskSize }, (_, i) => gaussian(1, i));
  const view = (scheme: Scheme) => ({
    net,
    schemes: pruningOf(scheme).schemes,
    weights,
    sensitivity: new Float32Array(maskSize),
    mask: new Float32Array(maskSize).fill(1),
  });

  it.each(['column', 'block8x4', 'block4x4', 'block8x1'] as const)(
    'meets the budget with whole units of %s, and not by much more than it takes',
    (scheme) => {
      const budget: Budget = {
        unit: 'share',
        most: 0.5,
        dataType: scheme === 'block8x4' || scheme === 'block4x4' ? 'int8' : 'f32',
      };
      const mask = chooseMasks(view(scheme), budget);
      const cost = costOfMasks(net, mask, budget);
      expect(cost).toBeLessThanOrEqual(0.5);
      expect(cost).toBeGreaterThan(0.48);
    },
  );

  it('removes the groups of least energy, or of least sensitivity where that is known', () => {
    const scheme = 'block8x4';
    const byEnergy = chooseMasks(view(scheme), half);
    const energy = (kept: number): number =>
      weights.reduce((sum, w, i) => sum + (byEnergy[i] === kept ? w * w : 0), 0) /
      byEnergy.reduce((sum, m) => sum + Number(m === kept), 0);
    expect(energy(0)).toBeLessThan(energy(1));
    // The second half of the second layer matters, the first does not.
    const [first, end] = [parameterLayout(net).maskStarts[1]!, parameterLayout(net).maskStarts[2]!];
    const sensitivity = weights.map((_, i) => (i >= first && i < (first + end) / 2 ? 1e-12 : 1));
    const mask = chooseMasks({ ...view(scheme), sensitivity }, { ...half, most: 0.77 });
    expect(mask.subarray(first, (first + end) / 2).some((m) => m === 1)).toBe(false);
    expect(mask.subarray((first + end) / 2).filter((m) => m === 0).length).toBeLessThan(0.05 * weights.length);
  });

  it('never brings back what was pruned, and leaves unpruned layers whole', () => {
    const before = chooseMasks(view('block4x4'), { ...half, most: 0.7 });
    const after = chooseMasks({ ...view('block4x4'), mask: before }, half);
    expect(after.every((m, i) => m <= before[i]!)).toBe(true);
    expect(after.subarray(0, parameterLayout(net).maskStarts[1]).every((m) => m === 1)).toBe(true);
  });

  it('leaves kernels of four taps in eight shapes by pattern', () => {
    const mask = chooseMasks(view('pattern'), { unit: 'share', most: 0.01, dataType: 'f32' });
    const first = parameterLayout(net).maskStarts[1]!;
    const shapes = new Set<string>();
    for (let i = first; i < mask.length; i += 9) shapes.add(mask.subarray(i, i + 9).join(''));
    for (const shape of shapes) expect([0, 4]).toContain(shape.replaceAll('0', '').length);
    expect(shapes.size).toBeLessThanOrEqual(9);
  });
});

describe('a training that prunes', () => {
  const pruning = pruningOf('block4x4');
  const finetune = (state: TrainingState): TrainingState => {
    state.plan = planDecay(30);
    return state;
  };
  const start = (): TrainingState => pruneFrom(dense, { pruning, schedule, seed: 5 });

  it('meets the budget, lets only masked weights be zero, and starts the average anew', async () => {
    const state = await trainTo(start(), 22);
    expect(costOfMasks(net, state.vectors.mask, half)).toBeLessThanOrEqual(0.5);
    const mask = state.vectors.mask.slice();
    await trainTo(finetune(state), 23);
    expect(state.vectors.mask).toEqual(mask);
    // One step after the restart the average is still the parameters: 1 / 10 of the restarted weight.
    const far = state.vectors.p.reduce((most, p, i) => Math.max(most, Math.abs(p - state.vectors.average[i]!)), 0);
    expect(far).toBeLessThan(1e-3);
    expect(state.vectors.decay.every((d) => d === 0)).toBe(true);
  });

  it('resumes bit for bit while it regularises and while masks move', async () => {
    const whole = await trainTo(start(), 20);
    for (const cut of [6, 13, 14]) {
      const part = await trainTo(start(), cut);
      const resumed = await trainTo(decodeState(encodeState(part, { moments: true })), 20);
      expect(Buffer.compare(encodeState(resumed, { moments: true }), encodeState(whole, { moments: true }))).toBe(0);
    }
  });

  it('pulls small groups to zero more than large ones while it regularises', async () => {
    const state = await trainTo(start(), 6);
    const merged = flatWeights(await mergeNet(net, state.vectors.p, state.vectors.mask));
    expect(merged.length).toBe(state.vectors.mask.length);
    const { entries } = parameterLayout(net);
    const { start: at } = entries.find((e) => e.name === 'weight1')!;
    const decays = state.vectors.decay.subarray(at, at + 16 * 16 * 9);
    expect(Math.min(...decays)).toBeGreaterThan(0);
    expect(Math.max(...decays)).toBeGreaterThan(3 * Math.min(...decays));
    // The first layer is not pruned.
    expect(state.vectors.decay[0]).toBe(0);
  });

  it('is exported with schemes, kept shares and kept multiply-adds that hold for the compiled file', async () => {
    const state = await trainTo(finetune(await trainTo(start(), 22)), 24);
    const to = await mkdtemp(join(tmpdir(), 'tandem-prune-'));
    try {
      const manifest = await exportModel(state, {
        name: 'pruned',
        to,
        sets: ['waves'],
        device: 'test',
        date: new Date('2026-01-31'),
      });
      expect(manifest.sparsity.map(({ scheme }) => scheme)).toEqual(['dense', 'block', 'block', 'block']);
      const model = await readFile(join(to, 'model.onnx'));
      const compiled = compileSparse(model, { bitDepth: 8, inputMaximum: 1, sparsity: manifest.sparsity });
      expect(manifest.macs.kept720p).toBe(compiled.keptMacs * samples720p(2));
      expect(manifest.macs.kept720p).toBeLessThan(0.51 * manifest.macs.dense720p);
      const merged = await mergeNet(net, state.vectors.average, state.vectors.mask);
      const { inputs, outputs } = layersOf(net)[1]!;
      const block = { outputs: 4, inputs: 4 };
      const weights = { dims: [outputs, inputs, 3, 3], data: merged[1]!.weights };
      expect(manifest.sparsity[1]).toMatchObject({ block, kept: keptShare(weights, { scheme: 'block', block }) });
    } finally {
      await rm(to, { recursive: true });
    }
  });
});
