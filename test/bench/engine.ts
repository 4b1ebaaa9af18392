/**
 * The sparse engine against onnxruntime on the same networks in the same run, 640x360 -> 1280x720 luma, with the
 * machine's measured peaks. Run alone: node test/bench/engine.ts [channels...]
 */
import * as ort from 'onnxruntime-node';
import { compileSparse } from '../../models/compiler/compile.ts';
import { encodeOnnx } from '../../models/format/onnx.ts';
import type { OnnxModel } from '../../models/format/onnx.ts';
import { encodePackedNetwork } from '../../models/format/packed-network.ts';
import { CpuEngine, availableIsas, measurePeak } from '../../native-bridge/cpu/engine.ts';
import { randomPicture } from '../helpers/random-picture.ts';
import { contest } from './contest.ts';
import type { Contestant, Timing } from './contest.ts';
import { buildNet, buildQLinearNet, quantiseNet } from './nets.ts';
import type { BenchNet } from './nets.ts';
import { withTrainingsPaused } from './pause-trainings.ts';

const WIDTH = 640;
const HEIGHT = 360;
const PEAK_MS = 300;
const BLOCK = { outputs: 8, inputs: 4 };

/** One line of `tandem bench --json`. */
export interface BenchRow {
  readonly net: string;
  readonly runtime: 'sparse' | 'onnx';
  readonly dataType: 'f32' | 'int8';
  /** Share of the hidden layers' blocks that is zero. */
  readonly sparsity: number;
  readonly block: string;
  readonly threads: number;
  readonly isa: string | null;
  readonly msMedian: number;
  readonly msMin: number;
  readonly cpuMsMin: number;
  /** Operations of the kept weights over what the instruction set reaches at best, by processor time; one thread. */
  readonly fractionOfPeak: number | null;
  /** Times faster than onnxruntime's dense run of the same round, by processor time for one thread, else by wall time. */
  readonly ratioTo: Readonly<Record<string, number>>;
}

interface Entry {
  readonly contestant: Contestant;
  readonly close: () => Promise<void>;
  readonly facts: Pick<BenchRow, 'net' | 'runtime' | 'dataType' | 'sparsity' | 'block' | 'threads' | 'isa'>;
  /** Of one frame. */
  readonly operations: number;
}

/** A row's name in `ratioTo`, as `onnx-f32`. */
function entryName({ facts: { runtime, dataType, sparsity, block, threads, isa } }: Omit<Entry, 'contestant'>): string {
  return [runtime, dataType, sparsity, block, threads, isa].join(' ');
}

async function openOnnx(bytes: Uint8Array, facts: Entry['facts']): Promise<Entry> {
  const session = await ort.InferenceSession.create(bytes, {
    intraOpNumThreads: facts.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const [plane = new Uint8Array()] = randomPicture({ width: WIDTH, height: HEIGHT, seed: 1 }).planes;
  const x = new ort.Tensor(
    'float32',
    Float32Array.from(plane, (v) => v / 255),
    [1, 1, HEIGHT, WIDTH],
  );
  const entry = { facts, operations: 0, close: () => session.release() };
  return { ...entry, contestant: { name: entryName(entry), run: () => session.run({ x }) } };
}

function openEngine(model: OnnxModel, facts: Entry['facts']): Entry {
  const { network, keptMacs } = compileSparse(encodeOnnx(model), { bitDepth: 8, inputMaximum: 1 });
  const engine = CpuEngine.open(encodePackedNetwork(network), {
    width: WIDTH,
    height: HEIGHT,
    threads: facts.threads,
    isa: facts.isa ?? '',
    reuseStatic: false,
  });
  const [data = new Uint8Array()] = randomPicture({ width: WIDTH, height: HEIGHT, seed: 1 }).planes;
  const output = { data: new Uint8Array(4 * WIDTH * HEIGHT), stride: 2 * WIDTH };
  const entry = { facts, operations: 2 * keptMacs * WIDTH * HEIGHT, close: () => engine.close() };
  return {
    ...entry,
    contestant: { name: entryName(entry), run: () => engine.run([{ data, stride: WIDTH }], [output]) },
  };
}

/** All ways of one network's sizes, in turns. */
async function benchNet(bench: Omit<BenchNet, 'sparsity'>, rounds: number): Promise<BenchRow[]> {
  const [best = '', ...others] = availableIsas();
  const name = `${bench.kind === 'plain' ? 'c' : 'wdsr-c'}${bench.channels}`;
  const block = `${bench.block.outputs}x${bench.block.inputs}`;
  const facts = { net: name, sparsity: 0, block, threads: 1, isa: null };
  const entries: Entry[] = [];
  const dense = encodeOnnx(buildNet({ ...bench, sparsity: 0 }));
  for (const threads of [1, 2]) {
    entries.push(await openOnnx(dense, { ...facts, runtime: 'onnx', dataType: 'f32', threads }));
    if (bench.kind === 'plain') {
      const bytes = buildQLinearNet(bench.channels);
      entries.push(await openOnnx(bytes, { ...facts, runtime: 'onnx', dataType: 'int8', threads }));
    }
  }
  for (const sparsity of [0, 0.5, 0.75]) {
    const model = buildNet({ ...bench, sparsity });
    for (const [dataType, form] of [
      ['f32', model],
      ['int8', quantiseNet(model)],
    ] as const) {
      for (const threads of [1, 2]) {
        entries.push(openEngine(form, { ...facts, runtime: 'sparse', dataType, sparsity, threads, isa: best }));
      }
      for (const isa of sparsity === 0.5 ? [] : others) {
        entries.push(openEngine(form, { ...facts, runtime: 'sparse', dataType, sparsity, isa }));
      }
    }
  }
  const timings = await withTrainingsPaused(() =>
    contest(
      entries.map((e) => e.contestant),
      rounds,
    ),
  );
  for (const entry of entries) await entry.close();
  return entries.map((entry) => toRow(entry, entries, timings));
}

function toRow(entry: Entry, all: readonly Entry[], timings: ReadonlyMap<string, Timing>): BenchRow {
  const none: Timing = { msMedian: NaN, msMin: NaN, cpuMsMin: NaN };
  const timing = timings.get(entry.contestant.name) ?? none;
  const { threads, runtime, dataType, isa } = entry.facts;
  const time = (t: Timing): number => (threads === 1 ? t.cpuMsMin : t.msMin);
  const peers = runtime === 'onnx' ? [] : all.filter((e) => e.facts.runtime === 'onnx' && e.facts.threads === threads);
  const ratios = peers.map((e) => {
    const other = timings.get(e.contestant.name) ?? none;
    return [`onnx-${e.facts.dataType}`, time(other) / time(timing)] as const;
  });
  const peak = isa === null || threads > 1 ? null : peakOf(isa)[dataType];
  const fractionOfPeak = peak === null ? null : entry.operations / timing.cpuMsMin / 1e6 / peak;
  return { ...entry.facts, ...timing, fractionOfPeak, ratioTo: Object.fromEntries(ratios) };
}

const peaks = new Map<string, { readonly f32: number; readonly int8: number }>();

function peakOf(isa: string): { readonly f32: number; readonly int8: number } {
  let peak = peaks.get(isa);
  if (peak === undefined) peaks.set(isa, (peak = measurePeak(isa, PEAK_MS)));
  return peak;
}

export interface EngineBenchOptions {
  readonly channels?: readonly number[];
  readonly rounds?: number;
}

/** Every row of the engine's table. */
export async function benchEngine({ channels = [16, 24, 32], rounds = 5 }: EngineBenchOptions = {}): Promise<
  BenchRow[]
> {
  for (const isa of availableIsas()) peakOf(isa);
  const rows: BenchRow[] = [];
  for (const count of channels)
    rows.push(...(await benchNet({ kind: 'plain', channels: count, block: BLOCK }, rounds)));
  if (channels.includes(16)) {
    rows.push(...(await benchNet({ kind: 'wdsr', channels: 16, block: BLOCK }, rounds)));
    rows.push(...(await benchBlocks(rounds)));
  }
  return rows;
}

/** Other forms of blocks at 75 %, C16. */
async function benchBlocks(rounds: number): Promise<BenchRow[]> {
  const [isa = null] = availableIsas();
  const forms = [
    [8, 4],
    [4, 4],
    [8, 1],
  ] as const;
  const entries = forms.flatMap(([outputs, inputs]) => {
    const model = buildNet({ kind: 'plain', channels: 16, sparsity: 0.75, block: { outputs, inputs } });
    const facts = { net: 'c16-blocks', runtime: 'sparse', sparsity: 0.75, block: `${outputs}x${inputs}` } as const;
    const open = (form: OnnxModel, dataType: 'f32' | 'int8'): Entry =>
      openEngine(form, { ...facts, dataType, threads: 1, isa });
    return [open(model, 'f32'), open(quantiseNet(model), 'int8')];
  });
  const timings = await withTrainingsPaused(() =>
    contest(
      entries.map((e) => e.contestant),
      rounds,
    ),
  );
  for (const entry of entries) await entry.close();
  return entries.map((entry) => toRow(entry, entries, timings));
}

/** The measured peaks of this run, by instruction set: GFLOP/s and Gop/s of one core. */
export function machinePeaks(): Readonly<Record<string, { readonly f32: number; readonly int8: number }>> {
  return Object.fromEntries(peaks);
}

/** The rows as people read them. */
export function formatRows(rows: readonly BenchRow[]): string {
  const lines = rows.map((r) => {
    const ratios = Object.entries(r.ratioTo).map(([name, ratio]) => `${ratio.toFixed(2)}x ${name}`);
    const peak = r.fractionOfPeak === null ? '' : `${(100 * r.fractionOfPeak).toFixed(0)} % of peak`;
    const what = [r.net, r.runtime, r.dataType, `${r.sparsity * 100} % ${r.block}`, `${r.threads}T`, r.isa ?? ''];
    const ms = [r.msMedian, r.msMin, r.cpuMsMin].map((v) => v.toFixed(2)).join(' / ');
    return [what.join(' ').padEnd(48), ms.padEnd(26), peak.padEnd(14), ratios.join(', ')].join(' ');
  });
  return ['net'.padEnd(48) + ' median / min / cpu min ms', ...lines].join('\n');
}

if (process.argv[1] === import.meta.filename) {
  const channels = process.argv.slice(2).map(Number);
  const rows = await benchEngine(channels.length === 0 ? {} : { channels });
  console.log(machinePeaks());
  console.log(formatRows(rows));
}
