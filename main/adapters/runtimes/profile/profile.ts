import type { CostTable, TapCosts } from '../../../../models/compiler/backends/cost-table.ts';
import { packNetwork } from '../../../../models/compiler/backends/sparse-pack.ts';
import type { MeasuringDevice, PictureSize } from './measuring-device.ts';
import { networkOf } from './profile-network.ts';
import type { NetworkShape, Pruning } from './profile-network.ts';

/** One layer measured inside a network of its kind: 640x360 input samples, one thread of a processor or a whole GPU. */
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
  /** Instruction set, or the GPU's driver. */
  readonly driver: string;
  /** What was computed; times are of 640x360 all the same. */
  readonly measuredOn: PictureSize;
  readonly layers: readonly LayerLatency[];
  readonly ends: readonly EndsLatency[];
  /** How far sums of the above are from the truth. */
  readonly checks: readonly NetworkCheck[];
  /** What packing chooses groups and taps by. */
  readonly costs: CostTable;
}

export interface ProfileOptions {
  readonly device: MeasuringDevice;
  readonly channels?: readonly number[];
  readonly onProgress?: (done: number, all: number) => void;
}

const COPIES = 4;
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
  const { device, channels = [8, 16, 24, 32, 48], onProgress } = options;
  const shapes = channels.flatMap((c) => [
    { kernel: 3, inChannels: c, outChannels: c },
    { kernel: 1, inChannels: c, outChannels: c },
  ]);
  const types = ['f32', 'int8'] as const;
  const jobs = types.flatMap((dataType) => shapes.flatMap((shape) => PRUNINGS.map((p) => ({ dataType, shape, p }))));
  const costs = {
    source: device.key,
    f32: await fitCosts('f32', device),
    int8: await fitCosts('int8', device),
  };
  const layers: LayerLatency[] = [];
  for (const [i, { dataType, shape, p }] of jobs.entries()) {
    const milliseconds = await measureLayer({ dataType, shape, pruning: p }, { device, costs });
    const { scheme, block, kept } = p;
    layers.push({ ...shape, dataType, scheme, block: block?.join('x') ?? null, kept, milliseconds });
    onProgress?.(i + 1, jobs.length);
  }
  const ends: EndsLatency[] = [];
  for (const c of channels) {
    for (const dataType of types)
      ends.push({ channels: c, dataType, milliseconds: await measureEnds(c, dataType, { device, costs }) });
  }
  const checks = await checkNetworks({ layers, ends }, { device, costs });
  return { key: device.key, driver: device.driver, measuredOn: device.size, layers, ends, checks, costs };
}

const HIDDEN = 6;
const DENSE: Pruning = { scheme: 'dense', kept: 1 };

async function measureEnds(channels: number, dataType: 'f32' | 'int8', way: Way): Promise<number> {
  const shape = { kernel: 3, inChannels: channels, outChannels: channels };
  const [ms = NaN] = await measureNetworks([{ dataType, shape, pruning: DENSE, count: 0, scale: 2 }], way);
  return ms;
}

/** Networks of equal 3x3 layers, dense and pruned in blocks, of every width that was profiled. */
async function checkNetworks({ layers, ends }: Pick<Profile, 'layers' | 'ends'>, way: Way): Promise<NetworkCheck[]> {
  const checks: NetworkCheck[] = [];
  for (const { channels, dataType, milliseconds } of ends) {
    const shape = { kernel: 3, inChannels: channels, outChannels: channels };
    for (const kept of [1, 0.5, 0.25]) {
      const pruning: Pruning = kept === 1 ? DENSE : { scheme: 'block', block: [8, 4], kept };
      const layer = layers.find((row) => isRow(row, { dataType, shape, pruning }));
      if (layer === undefined) continue;
      const [measuredMs = NaN] = await measureNetworks([{ dataType, shape, pruning, count: HIDDEN, scale: 2 }], way);
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
async function fitCosts(dataType: 'f32' | 'int8', device: MeasuringDevice): Promise<TapCosts> {
  const shape = { kernel: 3, inChannels: 16, outChannels: 16 };
  const perMac = { 8: { 4: 0, 1: Infinity }, 4: { 4: 0, 1: Infinity } };
  const perChannel = { 8: 0, 4: 0 };
  for (const size of [8, 4] as const) {
    for (const depth of dataType === 'f32' ? ([4, 1] as const) : ([4] as const)) {
      const costs = onlyForm(size, depth);
      const [all, quarter] = [
        await measureLayer(
          { dataType, shape, pruning: { scheme: 'block', block: [8, 4], kept: 1 } },
          { device, costs },
        ),
        await measureLayer(
          { dataType, shape, pruning: { scheme: 'block', block: [8, 4], kept: 0.25 } },
          { device, costs },
        ),
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

/** Where a network is measured, and what packing chooses by. */
interface Way {
  readonly device: MeasuringDevice;
  readonly costs: CostTable;
}

/** Milliseconds of one layer for 640x360: what {@link COPIES} more of them cost, divided. */
async function measureLayer(layer: Pick<NetworkShape, 'dataType' | 'shape' | 'pruning'>, way: Way): Promise<number> {
  const network = { ...layer, scale: 1 } as const;
  const [one = NaN, more = NaN] = await measureNetworks(
    [
      { ...network, count: 1 },
      { ...network, count: 1 + COPIES },
    ],
    way,
  );
  return Math.max(0, (more - one) / COPIES);
}

/** Milliseconds of each for 640x360. */
async function measureNetworks(shapes: readonly NetworkShape[], { device, costs }: Way): Promise<number[]> {
  const packed = shapes.map((shape) => packNetwork(networkOf(shape), { bitDepth: 8, inputMaximum: 1, costs }));
  const { width, height } = device.size;
  const times = await device.measure(packed, device.size);
  return times.map((ms) => ms * ((WHOLE.width * WHOLE.height) / (width * height)));
}
