/**
 * How much of the machine's matrix-product rate a training step reaches: batch 16 of 32x32 LR pixels, one thread, in
 * turns with onnxruntime's product of two 1024x1024 matrices. Run alone: node test/bench/train-step.ts
 */
import { OnnxWriter } from '../../models/search/train/emit/writer.ts';
import { countParameters, countWeights, layersOf } from '../../models/search/train/net/config.ts';
import type { NetConfig } from '../../models/search/train/net/config.ts';
import { initialParameters, parameterLayout } from '../../models/search/train/net/parameters.ts';
import { uniform } from '../../models/search/train/random.ts';
import { GraphSession, chooseBackend } from '../../models/search/train/run/session.ts';
import type { Value } from '../../models/search/train/run/session.ts';
import { openStep } from '../../models/search/train/run/step.ts';
import { openTrainingPass } from '../../native-bridge/cpu/training.ts';
import { whyEngineMissing } from '../../native-bridge/cpu/engine.ts';
import { withTrainingsPaused } from './pause-trainings.ts';

const BATCH = 16;
const PATCH = 32;
const MATRIX = 1024;
const ROUNDS = 24;

const NET: NetConfig = {
  scale: 2,
  channels: 32,
  hiddenLayers: 3,
  activation: 'prelu',
  block: 'plain',
  kernels: [3, 3, 3, 3, 3],
  longSkip: false,
  base: 'nearest',
  quantize: false,
};

export interface TrainStepRow {
  readonly net: string;
  readonly runtime: string;
  readonly dataType: 'f32';
  readonly threads: 1;
  /** Wall time. */
  readonly msMedian: number;
  readonly msMin: number;
  /** GFLOP per second of CPU time, in the better quarter of the rounds: other programs spoil the caches of the rest. */
  readonly gflops: number;
  /** `gflops` over that of the product, which is measured in turns with it. */
  readonly ratioTo: { readonly 'onnx-matmul': number };
}

interface Case {
  readonly name: string;
  readonly runtime: string;
  readonly flop: number;
  readonly run: () => Promise<unknown>;
  readonly wallMs: number[];
  readonly rates: number[];
}

function randomValue(dims: readonly number[], seed: number): Value {
  const size = dims.reduce((a, b) => a * b, 1);
  return { dims, data: Float32Array.from({ length: size }, (_, i) => uniform(seed, i)) };
}

/** Forward, gradient of inputs (not of the image), gradient of weights: a multiply-add counts two. */
function stepFlop(net: NetConfig): number {
  const first = layersOf(net)[0]!;
  const imageGradient = first.outputs * first.inputs * first.kernel ** 2;
  return 2 * (3 * countWeights(net) - imageGradient) * BATCH * PATCH * PATCH;
}

async function openMatrixProduct(): Promise<Case> {
  const dims = [MATRIX, MATRIX];
  const writer = new OnnxWriter();
  writer.input('a', dims);
  writer.input('b', dims);
  writer.node('MatMul', ['a', 'b'], {}, { output: 'y' });
  writer.output('y', dims);
  const session = await GraphSession.open(writer.build('product'));
  const inputs = { a: randomValue(dims, 1), b: randomValue(dims, 2) };
  const run = () => session.run(inputs);
  return { name: `product ${MATRIX}`, runtime: 'onnx-matmul', flop: 2 * MATRIX ** 3, run, wallMs: [], rates: [] };
}

type Runtime = 'sparse' | 'onnx-nchwc' | 'onnx-plain';

async function openCase(runtime: Runtime): Promise<Case | null> {
  if (runtime === 'sparse' && whyEngineMissing() !== null) return null;
  const fast = await chooseBackend(runtime === 'sparse' ? openTrainingPass : null);
  const backend = runtime === 'onnx-plain' ? ({ kind: 'plain' } as const) : fast;
  if (runtime === 'onnx-nchwc' && backend.kind !== 'nchwc') return null;
  const step = await openStep(NET, { batch: BATCH, patch: PATCH, loss: 'l1' }, backend);
  const { size, maskSize } = parameterLayout(NET);
  const filled = (length: number, value: number): Value => ({
    dims: [length],
    data: new Float32Array(length).fill(value),
  });
  const inputs = {
    p: { dims: [size], data: initialParameters(NET, 1) },
    m: filled(size, 0),
    v: filled(size, 0),
    average: filled(size, 0),
    decay: filled(size, 0),
    mask: filled(maskSize, 1),
    rates: { dims: [3], data: Float32Array.of(1e-3, 1e-3, 0.999) },
    low: randomValue([BATCH, 1, PATCH, PATCH], 3),
    high: randomValue([BATCH, NET.scale ** 2, PATCH, PATCH], 4),
  };
  const name = `training step, ${countParameters(NET)} parameters`;
  const into = Object.fromEntries(['p2', 'm2', 'v2', 'average2'].map((output) => [output, filled(size, 0)]));
  return { name, runtime, flop: stepFlop(NET), run: () => step.run(inputs, into), wallMs: [], rates: [] };
}

/** CPU time decides: it leaves out what other programs took of the core. */
async function measure(test: Case): Promise<void> {
  const start = performance.now();
  const before = process.cpuUsage();
  await test.run();
  const { user, system } = process.cpuUsage(before);
  test.wallMs.push(performance.now() - start);
  test.rates.push(test.flop / (1000 * (user + system)));
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;
}

/** One row for the product, one for each back end. */
export async function benchTrainStep(): Promise<TrainStepRow[]> {
  const steps = [await openCase('sparse'), await openCase('onnx-nchwc'), await openCase('onnx-plain')].filter(
    (test) => test !== null,
  );
  const product = await openMatrixProduct();
  const cases = [product, ...steps];
  await withTrainingsPaused(async () => {
    for (const test of cases) await test.run();
    for (let round = 0; round < ROUNDS; round++) for (const test of cases) await measure(test);
  });
  const rateOf = (test: Case): number => quantile(test.rates, 0.75);
  return cases.map((test) => ({
    net: test.name,
    runtime: test.runtime,
    dataType: 'f32',
    threads: 1,
    msMedian: quantile(test.wallMs, 0.5),
    msMin: Math.min(...test.wallMs),
    gflops: rateOf(test),
    ratioTo: { 'onnx-matmul': rateOf(test) / rateOf(product) },
  }));
}

if (process.argv[1] === import.meta.filename) console.table(await benchTrainStep());
