/**
 * The sparse engine against onnxruntime (and ncnn) on the same networks in the same run, 640x360 -> 1280x720 luma, with
 * the machine's peak measured around every frame. Run alone: node test/bench/engine/engine.ts [--peers] [channels...]
 */
import { availableIsas, measurePeak } from '../../../native-bridge/cpu/engine.ts';
import { encodeOnnx } from '../../../models/format/onnx.ts';
import type { OnnxModel } from '../../../models/format/onnx.ts';
import { contest } from '../contest.ts';
import { withTrainingsPaused } from '../pause-trainings.ts';
import { formatRows, toRows } from './entry.ts';
import type { BenchRow, Entry, EntryFacts } from './entry.ts';
import { openNcnn } from './ncnn.ts';
import { buildNet, buildQLinearNet, quantiseNet } from './nets.ts';
import type { BenchNet } from './nets.ts';
import { openEngine, openOnnx } from './open-entries.ts';

const THREADS = [1, 2];

export interface EngineBenchOptions {
  readonly channels?: readonly number[];
  readonly rounds?: number;
  /** Include ncnn where a Python has it. */
  readonly peers?: boolean;
}

/** Every row of the engine's table. */
export async function benchEngine(options: EngineBenchOptions = {}): Promise<BenchRow[]> {
  const { channels = [16, 24, 32], rounds = 9, peers = false } = options;
  const block = { outputs: 8, inputs: 4 };
  const rows: BenchRow[] = [];
  for (const count of channels) {
    rows.push(
      ...(await compete(await plainEntries({ kind: 'plain', channels: count, block, sparsity: 0 }, peers), rounds)),
    );
  }
  if (channels.includes(16)) {
    rows.push(...(await compete(await residualEntries({ kind: 'wdsr', channels: 16, block, sparsity: 0 }), rounds)));
    rows.push(...(await compete(await blockEntries(), rounds)));
  }
  return rows;
}

/** Peaks of one core by instruction set: GFLOP/s and Gop/s. */
export function machinePeaks(): Readonly<Record<string, { readonly f32: number; readonly int8: number }>> {
  return Object.fromEntries(availableIsas().map((isa) => [isa, measurePeak(isa, 300)]));
}

async function compete(entries: readonly Entry[], rounds: number): Promise<BenchRow[]> {
  try {
    const contestants = entries.map(({ contestant }) => contestant);
    return toRows(entries, await withTrainingsPaused(() => contest(contestants, rounds)));
  } finally {
    for (const entry of entries) await entry.close();
  }
}

function factsOf({ kind, channels, block, sparsity }: BenchNet): Omit<EntryFacts, 'runtime' | 'dataType' | 'threads'> {
  const net = `${kind === 'plain' ? 'c' : 'wdsr-c'}${channels}`;
  return { net, sparsity, block: `${block.outputs}x${block.inputs}`, isa: null };
}

/** Dense on the peers, with each number of threads. */
async function peerEntries(bench: BenchNet): Promise<Entry[]> {
  const facts = { ...factsOf(bench), runtime: 'onnx' } as const;
  const dense = encodeOnnx(buildNet(bench));
  const entries: Entry[] = [];
  for (const threads of THREADS) {
    entries.push(await openOnnx(dense, { ...facts, dataType: 'f32', threads }));
    if (bench.kind !== 'plain') continue;
    entries.push(await openOnnx(buildQLinearNet(bench.channels), { ...facts, dataType: 'int8', threads }));
  }
  return entries;
}

/** Both data types on the best instruction set, with each number of threads. */
function engineEntries(bench: BenchNet): Entry[] {
  const [isa = null] = availableIsas();
  const model = buildNet(bench);
  const open = (form: OnnxModel, dataType: 'f32' | 'int8'): Entry[] =>
    THREADS.map((threads) => openEngine(form, { ...factsOf(bench), runtime: 'sparse', dataType, threads, isa }));
  return [...open(model, 'f32'), ...open(quantiseNet(model), 'int8')];
}

async function plainEntries(dense: BenchNet, peers: boolean): Promise<Entry[]> {
  const entries = await peerEntries(dense);
  if (peers) entries.push(...(await openNcnn(buildNet(dense), factsOf(dense), THREADS)));
  for (const sparsity of [0, 0.5, 0.75]) entries.push(...engineEntries({ ...dense, sparsity }));
  const model = buildNet(dense);
  const int8 = quantiseNet(model);
  const facts = { ...factsOf(dense), runtime: 'sparse', threads: 1 } as const;
  // Narrow vectors take seconds; one width of network shows them all.
  const others = availableIsas().slice(1);
  for (const isa of dense.channels === 16 ? others : others.filter((name) => name === 'avx2')) {
    entries.push(openEngine(model, { ...facts, dataType: 'f32', isa }));
    if (dense.channels === 16) entries.push(openEngine(int8, { ...facts, dataType: 'int8', isa }));
  }
  return entries;
}

async function residualEntries(dense: BenchNet): Promise<Entry[]> {
  const entries = await peerEntries(dense);
  for (const sparsity of [0, 0.75]) entries.push(...engineEntries({ ...dense, sparsity }));
  return entries;
}

/** Forms of blocks at 75 %, C16. */
async function blockEntries(): Promise<Entry[]> {
  const forms = [
    { outputs: 8, inputs: 4 },
    { outputs: 4, inputs: 4 },
    { outputs: 8, inputs: 1 },
  ];
  const [isa = null] = availableIsas();
  const bench = { kind: 'plain', channels: 16, sparsity: 0.75 } as const;
  const peers = await peerEntries({ ...bench, sparsity: 0, block: forms[0]! });
  const own = forms.flatMap((block) => {
    const model = buildNet({ ...bench, block });
    const facts = { ...factsOf({ ...bench, block }), runtime: 'sparse', threads: 1, isa } as const;
    return [
      openEngine(model, { ...facts, dataType: 'f32' }),
      openEngine(quantiseNet(model), { ...facts, dataType: 'int8' }),
    ];
  });
  return [...peers.filter(({ facts }) => facts.threads === 1), ...own].map(inBlocksTable);
}

/** The same networks stand in the table before; another name keeps both. */
function inBlocksTable(entry: Entry): Entry {
  return { ...entry, facts: { ...entry.facts, net: `${entry.facts.net}-blocks` } };
}

if (process.argv[1] === import.meta.filename) {
  const words = process.argv.slice(2);
  const channels = words.map(Number).filter((n) => n > 0);
  const rows = await benchEngine({ peers: words.includes('--peers'), ...(channels.length === 0 ? {} : { channels }) });
  console.log(machinePeaks());
  console.log(formatRows(rows));
}
