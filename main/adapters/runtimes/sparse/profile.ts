import { STATIC_COSTS } from '../../../../models/compiler/backends/cost-table.ts';
import type { CostTable, TapCosts } from '../../../../models/compiler/backends/cost-table.ts';
import { packNetwork } from '../../../../models/compiler/backends/sparse-pack.ts';
import { PACKED_VERSION, encodePackedNetwork } from '../../../../models/format/packed-network.ts';
import { CpuEngine, availableIsas } from '../../../../native-bridge/cpu/engine.ts';
import { networkOf } from './profile-network.ts';
import type { NetworkShape, Pruning, Shape } from './profile-network.ts';

/** One layer measured inside a network of its kind: 640x360 input samples, one thread, processor time. */
export interface LayerLatency {
  readonly kernel: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly dataType: 'f32' | 'int8';
  readonly scheme: Pruning['scheme'];
  /** Of scheme block: output x input channels that share a tap. */
  readonly block: string | null;
  /** Share of the scheme's units that is kept. */
  readonly kept: number;
  readonly milliseconds: number;
}

/** First and last layer of an x2 network, with its base and pixel shuffle: 640x360 -> 1280x720. */
export interface EndsLatency {
  readonly channels: number;
  readonly dataType: 'f32' | 'int8';
  readonly milliseconds: number;
}

/** A whole x2 network, measured, beside the sum of its parts' latencies. */
export interface NetworkCheck {
  readonly name: string;
  readonly predictedMs: number;
  readonly measuredMs: number;
}

export interface Profile {
  /** What it was measured on; another key is another profile. */
  readonly key: string;
  readonly isa: string;
  readonly layers: readonly LayerLatency[];
  readonly ends: readonly EndsLatency[];
  /** How far sums of the above are from the truth. */
  readonly checks: readonly NetworkCheck[];
  /** What packing chooses groups and taps by. */
  readonly costs: CostTable;
}

export interface ProfileOptions {
  readonly cpu: string;
  /** Side of the measured picture's parts; smaller is faster and coarser. */
  readonly width?: number;
  readonly height?: number;
  readonly channels?: readonly number[];
  readonly onProgress?: (done: number, all: number) => void;
}

/** Counts changes of the kernels' speed and of what a profile holds; older tables are measured again. */
const PROFILE_VERSION = 2;

/** @returns the key a profile is kept under: processor, instruction set and engine version */
export function profileKey(cpu: string): string {
  return `${cpu}, ${availableIsas()[0] ?? 'none'}, engine ${PACKED_VERSION}.${PROFILE_VERSION}`;
}

const COPIES = 4;
const ROUNDS = 4;
const WHOLE = { width: 640, height: 360 };

const PRUNINGS: readonly Pruning[] = [
  { scheme: 'dense', kept: 1 },
  { scheme: 'filter', kept: 0.5 },
  { scheme: 'column', kept: 0.5 },
  { scheme: 'column', kept: 0.25 },
  ...[0.75, 0.5, 0.25, 0.125].map((kept) => ({ scheme: 'block' as const, block: [8, 4] as const, kept })),
  ...[0.5, 0.25].map((kept) => ({ scheme: 'block' as const, block: [4, 4] as const, kept })),
  ...[0.5, 0.25].map((kept) => ({ scheme: 'block' as const, block: [8, 1] as const, kept })),
  { scheme: 'unstructured', kept: 0.25 },
];

/** Measures layers of the shapes that networks are made of, and the costs of the forms they can be packed in. */
export async function measureProfile(options: ProfileOptions): Promise<Profile> {
  const [isa = ''] = availableIsas();
  const { channels = [8, 16, 24, 32, 48], onProgress } = options;
  const shapes = channels.flatMap((c) => [
    { kernel: 3, inChannels: c, outChannels: c },
    { kernel: 1, inChannels: c, outChannels: c },
  ]);
  const types = ['f32', 'int8'] as const;
  const jobs = types.flatMap((dataType) => shapes.flatMap((shape) => PRUNINGS.map((p) => ({ dataType, shape, p }))));
  const costs = {
    source: profileKey(options.cpu),
    f32: await fitCosts('f32', options),
    int8: await fitCosts('int8', options),
  };
  const layers: LayerLatency[] = [];
  for (const [i, { dataType, shape, p }] of jobs.entries()) {
    const milliseconds = await measureLayer(dataType, shape, p, { ...options, costs });
    const { scheme, block, kept } = p;
    layers.push({ ...shape, dataType, scheme, block: block?.join('x') ?? null, kept, milliseconds });
    onProgress?.(i + 1, jobs.length);
  }
  const ends: EndsLatency[] = [];
  for (const c of channels) {
    for (const dataType of types)
      ends.push({ channels: c, dataType, milliseconds: await measureEnds(c, dataType, costs) });
  }
  const checks = await checkNetworks({ layers, ends, costs });
  return { key: costs.source, isa, layers, ends, checks, costs };
}

const HIDDEN = 6;
const DENSE: Pruning = { scheme: 'dense', kept: 1 };

async function measureEnds(channels: number, dataType: 'f32' | 'int8', costs: CostTable): Promise<number> {
  const shape = { kernel: 3, inChannels: channels, outChannels: channels };
  const [ms = NaN] = await measureNetworks([{ dataType, shape, pruning: DENSE, count: 0, scale: 2 }], { costs });
  return ms;
}

/** Networks of equal 3x3 layers, dense and pruned in blocks, of every width that was profiled. */
async function checkNetworks({
  layers,
  ends,
  costs,
}: Pick<Profile, 'layers' | 'ends' | 'costs'>): Promise<NetworkCheck[]> {
  const checks: NetworkCheck[] = [];
  for (const { channels, dataType, milliseconds } of ends) {
    const shape = { kernel: 3, inChannels: channels, outChannels: channels };
    for (const kept of [1, 0.5, 0.25]) {
      const pruning: Pruning = kept === 1 ? DENSE : { scheme: 'block', block: [8, 4], kept };
      const layer = layers.find((row) => isRow(row, { dataType, shape, pruning }));
      if (layer === undefined) continue;
      const [measuredMs = NaN] = await measureNetworks([{ dataType, shape, pruning, count: HIDDEN, scale: 2 }], {
        costs,
      });
      const name = `${HIDDEN} x 3x3 ${channels}->${channels} ${dataType} ${100 * kept} %`;
      checks.push({ name, predictedMs: milliseconds + HIDDEN * layer.milliseconds, measuredMs });
    }
  }
  return checks;
}

function isRow(row: LayerLatency, { dataType, shape, pruning }: Pick<NetworkShape, 'dataType' | 'shape' | 'pruning'>) {
  const block = pruning.block?.join('x') ?? null;
  return (
    row.dataType === dataType &&
    row.kernel === shape.kernel &&
    row.inChannels === shape.inChannels &&
    row.outChannels === shape.outChannels &&
    row.scheme === pruning.scheme &&
    row.block === block &&
    row.kept === pruning.kept
  );
}

/** Costs of one multiply-add per form, from a dense layer and one of a quarter of its taps. */
async function fitCosts(dataType: 'f32' | 'int8', options: ProfileOptions): Promise<TapCosts> {
  const shape = { kernel: 3, inChannels: 16, outChannels: 16 };
  const perMac = { 8: { 4: 0, 1: Infinity }, 4: { 4: 0, 1: Infinity } };
  const perChannel = { 8: 0, 4: 0 };
  for (const size of [8, 4] as const) {
    for (const depth of dataType === 'f32' ? ([4, 1] as const) : ([4] as const)) {
      const costs = onlyForm(size, depth);
      const [all, quarter] = [
        await measureLayer(dataType, shape, { scheme: 'block', block: [8, 4], kept: 1 }, { ...options, costs }),
        await measureLayer(dataType, shape, { scheme: 'block', block: [8, 4], kept: 0.25 }, { ...options, costs }),
      ];
      const samples = WHOLE.width * WHOLE.height * shape.outChannels;
      const taps = shape.inChannels * 9;
      perMac[size][depth] = Math.max(1e-6, ((all - quarter) / 0.75 / samples / taps) * 1e6);
      if (depth === 4) perChannel[size] = Math.max(0, (all / samples) * 1e6 - perMac[size][4] * taps);
    }
  }
  return { perMac, perChannel };
}

/** A table by which nothing but one form is chosen. */
function onlyForm(size: 8 | 4, depth: 4 | 1): CostTable {
  const dear = 1e6;
  const cost = (s: 8 | 4, d: 4 | 1): number => (s === size && d === depth ? 1 : dear);
  const forms = { 8: { 4: cost(8, 4), 1: cost(8, 1) }, 4: { 4: cost(4, 4), 1: cost(4, 1) } };
  const int8 = { 8: { 4: cost(8, 4), 1: Infinity }, 4: { 4: cost(4, 4), 1: Infinity } };
  const perChannel = { 8: 0, 4: 0 };
  return { source: 'one form', f32: { perMac: forms, perChannel }, int8: { perMac: int8, perChannel } };
}

interface MeasureOptions {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly costs?: CostTable;
}

/** Milliseconds of one layer for 640x360: what {@link COPIES} more of them cost, divided. */
async function measureLayer(
  dataType: 'f32' | 'int8',
  shape: Shape,
  pruning: Pruning,
  options: MeasureOptions,
): Promise<number> {
  const network = { dataType, shape, pruning, scale: 1 } as const;
  const [one = NaN, more = NaN] = await measureNetworks(
    [
      { ...network, count: 1 },
      { ...network, count: 1 + COPIES },
    ],
    options,
  );
  return Math.max(0, (more - one) / COPIES);
}

/** Processor milliseconds of each for 640x360, the least of some rounds in which they take turns. */
async function measureNetworks(
  shapes: readonly NetworkShape[],
  { width = WHOLE.width, height = WHOLE.height / 3, costs = STATIC_COSTS }: MeasureOptions,
): Promise<number[]> {
  const engines = shapes.map((shape) => {
    const packed = packNetwork(networkOf(shape), { bitDepth: 8, inputMaximum: 1, costs });
    return CpuEngine.open(encodePackedNetwork(packed), { width, height, threads: 1, reuseStatic: false });
  });
  const input = { data: Uint8Array.from({ length: width * height }, (_, i) => (i * 31) % 251), stride: width };
  const outputs = shapes.map(({ scale }) => ({
    data: new Uint8Array(width * height * scale ** 2),
    stride: width * scale,
  }));
  const best = shapes.map(() => Infinity);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [i, engine] of engines.entries()) {
      const before = process.cpuUsage();
      await engine.run([input], [outputs[i]!]);
      const { user, system } = process.cpuUsage(before);
      best[i] = Math.min(best[i]!, (user + system) / 1000);
    }
  }
  for (const engine of engines) await engine.close();
  const share = (WHOLE.width * WHOLE.height) / (width * height);
  return best.map((ms) => ms * share);
}
