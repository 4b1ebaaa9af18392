import * as ort from 'onnxruntime-node';
import { compileSparse } from '../../../models/compiler/compile.ts';
import { encodeOnnx } from '../../../models/format/onnx.ts';
import type { OnnxModel } from '../../../models/format/onnx.ts';
import { encodePackedNetwork } from '../../../models/format/packed-network.ts';
import { CpuEngine, measurePeak } from '../../../native-bridge/cpu/engine.ts';
import { randomPicture } from '../../helpers/random-picture.ts';
import { HEIGHT, WIDTH, nameOf } from './entry.ts';
import type { Entry, EntryFacts } from './entry.ts';

/** Of both data types together. */
const PEAK_MS = 4;

const [samples = new Uint8Array()] = randomPicture({ width: WIDTH, height: HEIGHT, seed: 1 }).planes;

/** onnxruntime, with as many threads as the facts say, waiting threads asleep. */
export async function openOnnx(bytes: Uint8Array, facts: EntryFacts): Promise<Entry> {
  const session = await ort.InferenceSession.create(bytes, {
    intraOpNumThreads: facts.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const data = Float32Array.from(samples, (v) => v / 255);
  const x = new ort.Tensor('float32', data, [1, 1, HEIGHT, WIDTH]);
  return {
    facts,
    operations: 0,
    contestant: { name: nameOf(facts), run: () => session.run({ x }) },
    close: () => session.release(),
  };
}

/** The sparse engine, computing every frame whole. */
export function openEngine(model: OnnxModel, facts: EntryFacts): Entry {
  const { network, keptMacs } = compileSparse(encodeOnnx(model), { bitDepth: 8, inputMaximum: 1 });
  const { threads, dataType } = facts;
  const isa = facts.isa ?? '';
  const size = { width: WIDTH, height: HEIGHT };
  const engine = CpuEngine.open(encodePackedNetwork(network), { ...size, threads, isa, reuseStatic: false });
  const output = { data: new Uint8Array(4 * WIDTH * HEIGHT), stride: 2 * WIDTH };
  const run = () => engine.run([{ data: samples, stride: WIDTH }], [output]);
  const gauge = (): number => measurePeak(isa, PEAK_MS)[dataType];
  return {
    facts,
    operations: 2 * keptMacs * WIDTH * HEIGHT,
    contestant: { name: nameOf(facts), run, ...(threads === 1 ? { gauge } : {}) },
    close: () => engine.close(),
  };
}
