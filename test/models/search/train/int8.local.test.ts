import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatManifest, parseManifest } from '../../../../models/format/manifest.ts';
import { encodeOnnx } from '../../../../models/format/onnx.ts';
import { exportModel } from '../../../../models/search/train/export.ts';
import { buildInt8 } from '../../../../models/search/train/int8/build-int8.ts';
import { pickCalibrationSamples } from '../../../../models/search/train/int8/calibration.ts';
import { interpret } from '../../../../models/ir/interpret.ts';
import { importOnnx } from '../../../../models/ir/import-onnx.ts';
import type { Tensor } from '../../../../models/ir/graph.ts';
import { startFineTuning } from '../../../../models/search/train/int8/fine-tune.ts';
import { quantiseAfterTraining } from '../../../../models/search/train/int8/post-training.ts';
import { writeInt8 } from '../../../../models/search/train/int8/write-int8.ts';
import { buildInference } from '../../../../models/search/train/net/inference-graph.ts';
import { mergeNet } from '../../../../models/search/train/run/merge.ts';
import { createState } from '../../../../models/search/train/run/state.ts';
import type { TrainingState } from '../../../../models/search/train/run/state.ts';
import { Trainer } from '../../../../models/search/train/run/trainer.ts';
import { validate, validateModel } from '../../../../models/search/train/run/validate.ts';
import { decodeOnnx } from '../../../../models/format/onnx.ts';
import type { NetConfig } from '../../../../models/search/train/net/config.ts';
import { syntheticImage, syntheticSet } from './synthetic-set.ts';

const net: NetConfig = {
  ...{ scale: 2, channels: 8, hiddenLayers: 2, activation: 'prelu', block: 'edge', kernels: [3, 3, 3, 3] },
  ...{ longSkip: true, base: 'nearest', quantize: false },
};
const training = syntheticSet(2);
const image = syntheticImage(2, 40);
const fineTuning = { steps: 60, rate: 2e-4, patch: 16, warmupSteps: 10, clippedShare: 0 };
let trained: TrainingState;
let tuned: TrainingState;

async function train(state: TrainingState, steps: number): Promise<TrainingState> {
  const trainer = new Trainer(state, training, { kind: 'plain' });
  for (let i = 0; i < steps; i++) await trainer.step();
  await trainer.close();
  return state;
}

beforeAll(async () => {
  const schedule = { rate: 3e-3, warmupSteps: 20, patch: 16, decayPatch: 16 };
  const config = { net, seed: 3, batch: 8, loss: 'l1', schedule, averageDecay: 0.98 } as const;
  trained = await train(createState(config, 150), 150);
  const samples = pickCalibrationSamples(training);
  tuned = await train(await startFineTuning(trained, { ...fineTuning, samples }), fineTuning.steps);
});

describe('training under rounding', () => {
  it('gives an int8 network about as good as the f32 one', async () => {
    const f32 = await validate(net, trained.vectors.average, trained.vectors.mask, [image]);
    const int8 = await validateModel(await buildInt8(tuned), 2, [image]);
    const untrained = await validate(net, createState(trained.config, 1).vectors.p, trained.vectors.mask, [image]);
    expect(f32).toBeGreaterThan(untrained + 3);
    expect(int8).toBeGreaterThan(f32 - 0.5);
  });

  it('exports the scales that it trained with, the skip read as the next layer reads it', async () => {
    const { graph } = await buildInt8(tuned);
    const codes = graph.nodes.filter((node) => node.opType === 'QuantizeLinear').map((node) => node.inputs[0]);
    expect(codes).toHaveLength(4);
    const scale = graph.initializers.find(({ name }) => name === 'act0.scale');
    expect(scale?.data[0]).toBeCloseTo(tuned.vectors.quantizer[0]!, 7);
    const readers = graph.nodes.filter((node) => node.inputs.includes('act0.rounded')).map((node) => node.opType);
    expect(readers.sort()).toEqual(['Add', 'Conv']);
    expect(tuned.vectors.quantizer).toEqual((await restart()).vectors.quantizer);
  });
});

it('clips no flat area, whatever share of the activations is', async () => {
  const options = { ...fineTuning, samples: pickCalibrationSamples(training), clippedShare: 0.3 };
  const { quantizer, p, mask } = (await startFineTuning(trained, options)).vectors;
  const [first] = await mergeNet(net, p, mask);
  const { weights, bias, slope } = first!;
  // On a flat picture of one channel every tap reads the same.
  const ofCode = (code: number): number[] =>
    Array.from(bias, (b, o) => {
      const sum = weights.subarray(9 * o, 9 * o + 9).reduce((total, w) => total + w, 0) * (code / 255) + b;
      return sum > 0 ? sum : sum * (slope?.[o] ?? 0);
    });
  const seen = [...ofCode(0), ...ofCode(255)];
  const [scale, zeroPoint] = [quantizer[0]!, quantizer[1]!];
  expect((255 - zeroPoint + 0.5) * scale).toBeGreaterThanOrEqual(Math.max(...seen));
  expect((0 - zeroPoint - 0.5) * scale).toBeLessThanOrEqual(Math.min(...seen));
  // It would, from the samples alone.
  const inside = await startFineTuning(trained, { ...options, clippedShare: 0 });
  expect(scale).toBeLessThan(inside.vectors.quantizer[0]!);
});

async function restart(): Promise<TrainingState> {
  return startFineTuning(trained, { ...fineTuning, samples: pickCalibrationSamples(training) });
}

describe('an int8 file beside a model', () => {
  let to = '';
  const quantisation = {
    ...({ method: 'post-training', clippedShare: 0, steps: 0, lrPixels: 0 } as const),
    validation: { f32: 30, postTraining: 29.9, int8: 29.9 },
  } as const;
  beforeAll(async () => {
    to = await mkdtemp(join(tmpdir(), 'tandem-int8-'));
    const options = { name: 'test-model', sets: ['waves'], device: 'a test', date: new Date('2026-01-31') };
    await exportModel(trained, { ...options, to });
  });
  afterAll(() => rm(to, { recursive: true }));

  it('is entered into the manifest, and figures of another one are taken out', async () => {
    const path = join(to, 'manifest.json');
    const facts = { protocol: 'model', set: 'Set5', images: 5, runtime: 'sparse' } as const;
    const figure = { ...facts, psnrY: 30, ssimY: 0.9 };
    const manifest = parseManifest(await readFile(path, 'utf8'));
    const measured = (['f32', 'int8'] as const).map((dataType) => ({ ...figure, dataType }));
    await writeFile(path, formatManifest({ ...manifest, measured }));
    const merged = await mergeNet(net, trained.vectors.average, trained.vectors.mask);
    const f32 = encodeOnnx(buildInference(net, merged));
    const onnx = quantiseAfterTraining(f32, pickCalibrationSamples(training), 0);
    const written = await writeInt8(to, onnx, quantisation);
    expect(written.measured.map(({ dataType }) => dataType)).toEqual(['f32']);
    expect(written.files.int8).toMatchObject({ file: 'model.int8.onnx', bytes: onnx.byteLength });
    const { graph } = decodeOnnx(await readFile(join(to, 'model.int8.onnx')));
    expect(graph.nodes.some(({ opType }) => opType === 'QuantizeLinear')).toBe(true);
    // The same bytes again keep what was measured of them.
    await writeFile(path, formatManifest({ ...written, measured }));
    expect((await writeInt8(to, onnx, quantisation)).measured).toHaveLength(2);
  });
});

it('starts from the same function, with channels of the long skip that fill the codes more evenly', async () => {
  const samples = pickCalibrationSamples(training);
  const { p, mask } = (await startFineTuning(trained, { ...fineTuning, samples })).vectors;
  const { average } = trained.vectors;
  const [before, after] = [await spansOfSkip(average, mask, samples), await spansOfSkip(p, mask, samples)];
  expect(await validate(net, p, mask, [image])).toBeCloseTo(await validate(net, average, mask, [image]), 2);
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  expect(mean(filled(after))).toBeGreaterThan(mean(filled(before)) + 0.1);
});

/** Lowest and highest value of each channel that the last layer reads. */
async function spansOfSkip(
  p: Float32Array,
  mask: Float32Array,
  samples: readonly Tensor[],
): Promise<(readonly [low: number, high: number])[]> {
  const graph = importOnnx(buildInference(net, await mergeNet(net, p, mask)));
  const spans = Array.from({ length: net.channels }, () => [0, 0] as [number, number]);
  for (const sample of samples) {
    interpret(graph, sample, (name, { data }) => {
      if (name !== 'skip') return;
      data.forEach((v, i) => {
        const span = spans[Math.floor((i * net.channels) / data.length)]!;
        span[0] = Math.min(span[0], v);
        span[1] = Math.max(span[1], v);
      });
    });
  }
  return spans;
}

/** How far each channel goes towards an end of what all channels together range over, 1 where it reaches it. */
function filled(spans: readonly (readonly [low: number, high: number])[]): number[] {
  const lowest = Math.min(...spans.map(([low]) => low));
  const highest = Math.max(...spans.map(([, high]) => high));
  return spans.map(([low, high]) => Math.max(low / lowest, high / highest));
}
