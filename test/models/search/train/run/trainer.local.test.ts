import { describe, expect, it } from 'vitest';
import type { NetConfig } from '../../../../../models/search/train/net/config.ts';
import { parameterLayout } from '../../../../../models/search/train/net/parameters.ts';
import { uniform } from '../../../../../models/search/train/random.ts';
import { mergeNet } from '../../../../../models/search/train/run/merge.ts';
import { planDecayFrom, totalSteps } from '../../../../../models/search/train/run/schedule.ts';
import { GraphSession, chooseBackend } from '../../../../../models/search/train/run/session.ts';
import { decodeState, encodeState } from '../../../../../models/search/train/run/state-codec.ts';
import { createState } from '../../../../../models/search/train/run/state.ts';
import type { TrainingConfig, TrainingState } from '../../../../../models/search/train/run/state.ts';
import { buildGradient } from '../../../../../models/search/train/run/step-graph.ts';
import { Trainer } from '../../../../../models/search/train/run/trainer.ts';
import { validate } from '../../../../../models/search/train/run/validate.ts';
import { syntheticImage, syntheticSet } from '../synthetic-set.ts';

const net: NetConfig = {
  scale: 2,
  channels: 16,
  hiddenLayers: 1,
  activation: 'prelu',
  block: 'edge',
  kernels: [3, 3, 3],
  longSkip: true,
  base: 'nearest',
  quantize: false,
};

function configOf(change: Partial<NetConfig> = {}): TrainingConfig {
  return {
    net: { ...net, ...change },
    seed: 7,
    batch: 16,
    loss: 'l1',
    schedule: { rate: 3e-3, warmupSteps: 5, patch: 8, decayPatch: 12 },
    averageDecay: 0.9,
  };
}

/** A new trainer each time, as after a restart. */
async function trainTo(state: TrainingState, step: number): Promise<TrainingState> {
  const trainer = new Trainer(state, syntheticSet(2), await chooseBackend());
  while (state.step < step) await trainer.step();
  await trainer.close();
  return state;
}

const bytesOf = (state: TrainingState): string => Buffer.from(encodeState(state, { moments: true })).toString('base64');

describe('training', () => {
  it('lowers the error on images it has not seen', async () => {
    const state = createState(configOf(), 150);
    const image = syntheticImage(2, 24);
    const quality = () => validate(net, state.vectors.average, state.vectors.mask, [image]);
    const before = await quality();
    await trainTo(state, totalSteps(state.plan));
    expect(await quality()).toBeGreaterThan(before + 2);
  });

  for (const quantize of [false, true]) {
    it(`resumes bit for bit, through a change of patch size${quantize ? ', quantising' : ''}`, async () => {
      const whole = await trainTo(createState(configOf({ quantize }), 20), 20);
      const part = await trainTo(createState(configOf({ quantize }), 20), 9);
      const resumed = await trainTo(decodeState(encodeState(part, { moments: true })), 20);
      expect(bytesOf(resumed)).toBe(bytesOf(whole));
      expect(resumed.lrPixels).toBe(16 * (16 * 64 + 4 * 144));
    });
  }

  it('moves as Adam does', async () => {
    const state = createState(configOf(), 20);
    const before = state.vectors.p.slice();
    const batch = { low: new Float32Array(16 * 64), high: new Float32Array(16 * 4 * 64) };
    syntheticSet(2).fillBatch({ seed: 7, step: 0, batch: 16, patch: 8 }, batch.low, batch.high);
    const session = await GraphSession.open(
      buildGradient(net, { batch: 16, patch: 8, loss: 'l1' }, await chooseBackend()),
    );
    const { gradient } = await session.run({
      p: { dims: [before.length], data: before },
      mask: { dims: [state.vectors.mask.length], data: state.vectors.mask },
      low: { dims: [16, 1, 8, 8], data: batch.low },
      high: { dims: [16, 4, 8, 8], data: batch.high },
    });
    await session.close();
    await trainTo(state, 1);
    const { p, m, v, average } = state.vectors;
    const rate = 3e-3 / 5;
    gradient!.data.forEach((g, i) => {
      // Relative to the largest values: the two graphs may differ in the last bit of a gradient.
      expect(Math.abs(m[i]! - 0.1 * g)).toBeLessThan(1e-7);
      expect(Math.abs(v[i]! - 0.001 * g * g)).toBeLessThan(1e-9);
      const correction = Math.sqrt(1 - 0.999) / (1 - 0.9);
      const moved = before[i]! - (rate * correction * m[i]!) / (Math.sqrt(v[i]!) + 1e-8);
      expect(Math.abs(p[i]! - moved)).toBeLessThan(1e-7);
      // The first step's average keeps a tenth of the old value.
      expect(Math.abs(average[i]! - (0.1 * before[i]! + 0.9 * p[i]!))).toBeLessThan(1e-7);
    });
  });

  it('begins the decay at any step when told to', async () => {
    const state = await trainTo(createState(configOf(), 1000), 8);
    state.plan = planDecayFrom(state.step);
    expect(state.plan).toEqual({ start: 8, steps: 2 });
    await trainTo(state, totalSteps(state.plan));
    expect(state.step).toBe(10);
  });

  it('keeps pruned weights exactly zero in parameters, moments and average, and out of the merged net', async () => {
    const state = createState(configOf(), 20);
    const { mask, p, average } = state.vectors;
    const { entries } = parameterLayout(net);
    mask.forEach((_, i) => (mask[i] = uniform(4, i) < 0.5 ? 0 : 1));
    // As a pruner does it: zero now, and the mask keeps it.
    for (const { maskStart, start, shape } of entries) {
      if (maskStart === null) continue;
      for (let i = 0; i < shape.reduce((a, b) => a * b, 1); i++) {
        if (mask[maskStart + i] === 0) p[start + i] = average[start + i] = 0;
      }
    }
    await trainTo(state, 20);
    let pruned = 0;
    let alive = 0;
    for (const { maskStart, start, shape } of entries) {
      if (maskStart === null) continue;
      for (let i = 0; i < shape.reduce((a, b) => a * b, 1); i++) {
        const values = (['p', 'm', 'v', 'average'] as const).map((name) => state.vectors[name][start + i]!);
        if (mask[maskStart + i] === 0) {
          pruned += 1;
          expect(values.every((v) => v === 0)).toBe(true);
        } else if (values.every((v) => v !== 0)) {
          alive += 1;
        }
      }
    }
    expect(pruned).toBeGreaterThan(300);
    expect(alive).toBeGreaterThan(300);
  });

  it('shrinks the merged weight that the decay vector names, and nothing else', async () => {
    const free = await trainTo(createState(configOf(), 20), 1);
    const state = createState(configOf(), 20);
    const { start } = parameterLayout(net).entries.find((e) => e.name === 'weight1')!;
    state.vectors.decay[start] = 100;
    const merged = await mergeNet(net, state.vectors.p, state.vectors.mask);
    const initial = merged[1]!.weights[0]!;
    expect(initial).not.toBeCloseTo(state.vectors.p[start]!, 3);
    await trainTo(state, 1);
    const rate = 3e-3 / 5;
    expect(state.vectors.p[start]).toBeCloseTo(free.vectors.p[start]! - rate * 100 * initial, 7);
    expect(state.vectors.p.slice(start + 1)).toEqual(free.vectors.p.slice(start + 1));
  });

  it('keeps the quantiser state close to the range of the activations', async () => {
    const state = await trainTo(createState(configOf({ quantize: true }), 20), 12);
    const { quantizer } = state.vectors;
    expect(quantizer.length).toBe(4);
    for (let i = 0; i < quantizer.length; i += 2) {
      expect(quantizer[i]).not.toBeCloseTo(1 / 255, 6);
      expect(quantizer[i]).toBeGreaterThan(0);
      expect(Number.isInteger(quantizer[i + 1])).toBe(true);
    }
  });
});
