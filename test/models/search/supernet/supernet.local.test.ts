import { describe, expect, it } from 'vitest';
import { sampleEncoding } from '../../../../models/search/space/draw.ts';
import { netOf } from '../../../../models/search/space/encoding.ts';
import type { Encoding, Space } from '../../../../models/search/space/encoding.ts';
import { formatEncoding, parseEncoding } from '../../../../models/search/space/text.ts';
import { buildPathStep, parametersOnPath, supernetLayout } from '../../../../models/search/supernet/graph.ts';
import { inheritLayers, mergeSupernet } from '../../../../models/search/supernet/inherit.ts';
import { supernetLayers } from '../../../../models/search/supernet/shapes.ts';
import { createSupernet, decodeSupernet, encodeSupernet } from '../../../../models/search/supernet/state.ts';
import type { SupernetState } from '../../../../models/search/supernet/state.ts';
import { SupernetTrainer, sandwichPaths } from '../../../../models/search/supernet/trainer.ts';
import { buildInference } from '../../../../models/search/train/net/inference-graph.ts';
import { gaussian, uniform } from '../../../../models/search/train/random.ts';
import { expressMerged } from '../../../../models/search/train/run/express.ts';
import { mergeNet } from '../../../../models/search/train/run/merge.ts';
import { GraphSession, chooseBackend } from '../../../../models/search/train/run/session.ts';
import { parameterLayout } from '../../../../models/search/train/net/parameters.ts';
import { openPathStep } from '../../../../models/search/supernet/path-step.ts';
import { whyEngineMissing } from '../../../../native-bridge/cpu/engine.ts';
import { openTrainingPass } from '../../../../native-bridge/cpu/training.ts';
import { syntheticSet } from '../train/synthetic-set.ts';

const missing = whyEngineMissing();
if (missing !== null) console.warn(`skipped: ${missing}`);

const space: Space = {
  scale: 2,
  cells: 3,
  blocks: ['plain', 'edge', 'wide', 'skip'],
  widths: [4, 8],
  expansions: [1, 2],
  schemes: ['none', 'block8x4'],
};
const config = { space, seed: 3, batch: 4, patch: 8, rate: 2e-3, warmupSteps: 2, steps: 40 };

/** Far from its start, so that every part matters. */
function stirred(of: Space = space): SupernetState {
  const state = createSupernet({ ...config, space: of });
  state.vectors.p.forEach((v, i) => (state.vectors.p[i] = v + 0.05 * gaussian(8, i)));
  return state;
}

const side = 8;
const flat = (data: Float32Array) => ({ dims: [data.length], data });

async function runPath(state: SupernetState, encoding: Encoding, kind: 'plain' | 'nchwc', batch = 2) {
  const backend = kind === 'plain' ? ({ kind } as const) : await chooseBackend();
  const { space: of } = state.config;
  const session = await GraphSession.open(
    buildPathStep(of, encoding, { batch, patch: side }, backend, { prediction: true }),
  );
  const low = Float32Array.from({ length: batch * side * side }, (_, i) => uniform(1, i));
  const high = Float32Array.from({ length: 4 * low.length }, (_, i) => uniform(2, i));
  const result = await session.run({
    p: flat(state.vectors.p),
    low: { dims: [batch, 1, side, side], data: low },
    high: { dims: [batch, 4, side, side], data: high },
  });
  await session.close();
  return {
    low,
    high,
    prediction: result.prediction!.data,
    gradient: result.gradient!.data,
    loss: result.loss!.data[0]!,
  };
}

const draws = (seed: number) => {
  let at = 0;
  return () => uniform(seed, at++);
};

describe('a supernet', () => {
  const samples = [
    ...Array.from({ length: 5 }, (_, seed) => sampleEncoding(space, draws(seed))),
    parseEncoding('x2 wide8*2:none,none,none wide4*2:none,none,none wide4*1:none,none,none tail:none'),
    parseEncoding('x2 skip skip edge4:none tail:none'),
  ];
  it.skipIf(missing !== null).each(samples.map((encoding) => [formatEncoding(encoding), encoding] as const))(
    'has the same gradient on the path of %s by the CPU engine',
    async (_, encoding) => {
      const state = stirred();
      const { low, high, gradient, loss } = await runPath(state, encoding, 'plain');
      const backend = { kind: 'plain', openPass: openTrainingPass } as const;
      const step = await openPathStep({ space, encoding }, { batch: 2, patch: side }, backend);
      const [batch, channels] = [2, 4];
      const result = await step.run(
        flat(state.vectors.p),
        { dims: [batch, 1, side, side], data: low },
        { dims: [batch, channels, side, side], data: high },
      );
      await step.close();
      expect(Math.abs(result.loss / loss - 1)).toBeLessThan(1e-5);
      const most = gradient.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      const worst = gradient.reduce((a, b, i) => Math.max(a, Math.abs(b - result.gradient[i]!)), 0);
      expect(worst / most).toBeLessThan(1e-3);
    },
  );

  it.each(samples.map((encoding) => [formatEncoding(encoding), encoding] as const))(
    'computes on the path of %s what the network cut from it computes',
    async (_, encoding) => {
      const state = stirred();
      const { low, prediction } = await runPath(state, encoding, 'plain');
      const layers = inheritLayers(space, encoding, await mergeSupernet(space, state.vectors.p));
      const session = await GraphSession.open(buildInference(netOf(encoding), layers));
      const { y } = await session.run({ x: { dims: [2, 1, side, side], data: low } });
      await session.close();
      let worst = 0;
      prediction.forEach((value, i) => {
        const [n, channel] = [Math.floor(i / (4 * side * side)), Math.floor(i / (side * side)) % 4];
        const [row, column] = [Math.floor(i / side) % side, i % side];
        const at = (n * 2 * side + 2 * row + (channel >> 1)) * 2 * side + 2 * column + (channel & 1);
        worst = Math.max(worst, Math.abs(value - y!.data[at]!));
      });
      expect(worst).toBeLessThan(1e-5);
    },
  );

  it('has a gradient for every layer on the path, and for no other', async () => {
    const encoding = parseEncoding('x2 plain4:none skip edge8:none tail:none');
    const { gradient } = await runPath(stirred(), encoding, 'plain');
    let at = 0;
    const moved = parametersOnPath(space, encoding).filter(({ shape }) => {
      const from = at;
      at += shape.reduce((a, b) => a * b, 1);
      return gradient.subarray(from, at).some((g) => g !== 0);
    });
    expect(at).toBe(gradient.length);
    // The first layer, the plain 3x3 of cell 0, the edge block of cell 2, the last layer.
    const layers = [0, 1, 12, supernetLayers(space).length - 1];
    expect(new Set(moved.map(({ layer }) => layer))).toEqual(new Set(layers));
    const onPath = supernetLayout(space).entries.filter(({ layer }) => layers.includes(layer));
    expect(moved).toEqual(onPath);
  });

  it('has a gradient that the loss follows', async () => {
    const encoding = parseEncoding('x2 wide4*2:none,none,none edge8:none plain8:none tail:none');
    const state = stirred();
    const { gradient } = await runPath(state, encoding, 'plain');
    const norm = Math.hypot(...gradient);
    const lossAt = async (along: number): Promise<number> => {
      const moved = stirred();
      let at = 0;
      for (const { start, shape } of parametersOnPath(space, encoding)) {
        const end = start + shape.reduce((a, b) => a * b, 1);
        for (let i = start; i < end; i++) moved.vectors.p[i]! += (along * gradient[at++]!) / norm;
      }
      return (await runPath(moved, encoding, 'plain')).loss;
    };
    const step = 2e-3;
    const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
    expect(slope / norm).toBeCloseTo(1, 1);
  });

  it('is the same in channel blocks', async () => {
    const wide: Space = { ...space, widths: [8, 16] };
    const encoding = parseEncoding('x2 wide16*2:none,none,none edge8:none skip tail:none');
    const [plain, blocked] = [
      await runPath(stirred(wide), encoding, 'plain', 16),
      await runPath(stirred(wide), encoding, 'nchwc', 16),
    ];
    const most = plain.gradient.reduce((a, g) => Math.max(a, Math.abs(g)), 0);
    const worst = plain.gradient.reduce((a, g, i) => Math.max(a, Math.abs(g - blocked.gradient[i]!)), 0);
    expect(worst / most).toBeLessThan(2e-5);
  });

  async function trainTo(state: SupernetState, step: number): Promise<number[]> {
    const trainer = new SupernetTrainer(state, syntheticSet(2), await chooseBackend());
    const losses: number[] = [];
    while (state.step < step) losses.push(await trainer.step());
    await trainer.close();
    return losses;
  }

  it('learns, and resumes bit for bit', async () => {
    const whole = createSupernet(config);
    const losses = await trainTo(whole, 40);
    const mean = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
    expect(mean(losses.slice(-8))).toBeLessThan(0.8 * mean(losses.slice(0, 8)));
    const part = createSupernet(config);
    await trainTo(part, 7);
    const resumed = decodeSupernet(encodeSupernet(part));
    await trainTo(resumed, 12);
    await trainTo(part, 12);
    expect(Buffer.compare(encodeSupernet(resumed), encodeSupernet(part))).toBe(0);
  });

  it('trains the widest and the narrowest way in every step', () => {
    for (let step = 0; step < 50; step++) {
      const [widest, narrowest, any] = sandwichPaths(space, 1, step) as [Encoding, Encoding, Encoding];
      expect(widest.cells.every((cell) => cell.width === 8)).toBe(true);
      expect(narrowest.cells.every((cell) => cell.width === 4)).toBe(true);
      expect(any.cells).toHaveLength(3);
    }
  });

  it('trains no path twice in a row', () => {
    const names = Array.from({ length: 64 }, (_, step) => formatEncoding(sandwichPaths(space, 1, step)[0]!));
    expect(names.filter((name, step) => name === names[step + 1])).toEqual([]);
  });
});

describe('expressing merged layers in branches', () => {
  it('keeps the function', async () => {
    const encoding = parseEncoding('x2 edge8:none wide8*2:none,none,none tail:none');
    const two = { ...space, cells: 2 };
    const net = netOf(encoding);
    const merged = inheritLayers(two, encoding, await mergeSupernet(two, stirred(two).vectors.p));
    const p = await expressMerged(net, merged, 11);
    const again = await mergeNet(net, p, new Float32Array(parameterLayout(net).maskSize).fill(1));
    again.forEach(({ weights, bias, slope }, i) => {
      weights.forEach((w, k) => expect(w).toBeCloseTo(merged[i]!.weights[k]!, 5));
      expect(bias).toEqual(merged[i]!.bias);
      expect(slope).toEqual(merged[i]!.slope);
    });
  });
});
