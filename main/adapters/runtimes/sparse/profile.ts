import { STATIC_COSTS } from '../../../../models/compiler/backends/cost-table.ts';
import type { CostTable, TapCosts } from '../../../../models/compiler/backends/cost-table.ts';
import type { Layer, LayerNetwork } from '../../../../models/compiler/backends/layers.ts';
import { packNetwork } from '../../../../models/compiler/backends/sparse-pack.ts';
import { PACKED_VERSION, encodePackedNetwork } from '../../../../models/format/packed-network.ts';
import { CpuEngine, availableIsas } from '../../../../native-bridge/cpu/engine.ts';

/** One layer measured inside a network of its kind: 640x360 input samples, one thread, processor time. */
export interface LayerLatency {
  readonly kernel: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly dataType: 'f32' | 'int8';
  readonly scheme: 'dense' | 'filter' | 'column' | 'block' | 'unstructured';
  /** Of scheme block: output x input channels that share a tap. */
  readonly block: string | null;
  /** Share of the scheme's units that is kept. */
  readonly kept: number;
  readonly milliseconds: number;
}

export interface Profile {
  /** What it was measured on; another key is another profile. */
  readonly key: string;
  readonly isa: string;
  readonly layers: readonly LayerLatency[];
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

/** @returns the key a profile is kept under: processor, instruction set and engine version */
export function profileKey(cpu: string): string {
  return `${cpu}, ${availableIsas()[0] ?? 'none'}, engine ${PACKED_VERSION}`;
}

const COPIES = 4;
const ROUNDS = 4;
const WHOLE = { width: 640, height: 360 };

interface Shape {
  readonly kernel: number;
  readonly inChannels: number;
  readonly outChannels: number;
}

interface Pruning {
  readonly scheme: LayerLatency['scheme'];
  readonly block?: readonly [outputs: number, inputs: number];
  readonly kept: number;
}

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
  return { key: costs.source, isa, layers, costs };
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

interface MeasureOptions extends ProfileOptions {
  readonly costs?: CostTable;
}

/** Milliseconds of one layer for 640x360: what {@link COPIES} more of them cost, divided. */
async function measureLayer(
  dataType: 'f32' | 'int8',
  shape: Shape,
  pruning: Pruning,
  { width = WHOLE.width, height = WHOLE.height / 3, costs = STATIC_COSTS }: MeasureOptions,
): Promise<number> {
  const engines = [1, 1 + COPIES].map((count) => {
    const network = networkOf(dataType, shape, pruning, count);
    const packed = encodePackedNetwork(packNetwork(network, { bitDepth: 8, inputMaximum: 1, costs }));
    return CpuEngine.open(packed, { width, height, threads: 1, reuseStatic: false });
  });
  const input = { data: Uint8Array.from({ length: width * height }, (_, i) => (i * 31) % 251), stride: width };
  const output = { data: new Uint8Array(width * height), stride: width };
  const best = [Infinity, Infinity];
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [i, engine] of engines.entries()) {
      const before = process.cpuUsage();
      await engine.run([input], [output]);
      const { user, system } = process.cpuUsage(before);
      best[i] = Math.min(best[i]!, (user + system) / 1000);
    }
  }
  for (const engine of engines) await engine.close();
  const share = (WHOLE.width * WHOLE.height) / (width * height);
  return Math.max(0, ((best[1]! - best[0]!) / COPIES) * share);
}

/** From luma to `count` equal layers and back. */
function networkOf(dataType: 'f32' | 'int8', shape: Shape, pruning: Pruning, count: number): LayerNetwork {
  const { kernel, inChannels: c } = shape;
  const first = layerOf([c, 1, 3], null, 0);
  const middle = Array.from({ length: count }, (_, i) => layerOf([c, c, kernel], pruning, i + 1));
  const layers = [first, ...middle, layerOf([1, c, 1], null, count + 1)];
  const carried = { scale: 1 / 255, zeroPoint: 0 };
  const quantised = dataType === 'f32' ? [] : [...layers.map(() => carried), null];
  return { planes: 1, scale: 1, base: true, layers, quantised };
}

function layerOf(
  [outputs, inputs, kernel]: readonly [number, number, number],
  pruning: Pruning | null,
  index: number,
): Layer {
  const count = outputs * inputs * kernel * kernel;
  const scale = 1 / (64 * inputs * kernel * kernel);
  const isKept = keeper(pruning ?? { scheme: 'dense', kept: 1 }, inputs, kernel * kernel, count);
  const data = Float32Array.from({ length: count }, (_, i) => (isKept(i) ? (((i * 37 + index) % 100) + 1) * scale : 0));
  const scales = Array.from({ length: outputs }, () => scale);
  return {
    name: `layer${index}`,
    output: `layer${index}`,
    kernel,
    weights: { dims: [outputs, inputs, kernel, kernel], data, scales },
    bias: new Float32Array(outputs),
    slope: new Float32Array(outputs).fill(0.25),
    inputs: [index],
    addBefore: null,
    addAfter: null,
  };
}

/** @returns whether a weight is kept; of the scheme's units exactly the share that it names, spread by chance */
function keeper({ scheme, block, kept }: Pruning, inputs: number, taps: number, count: number): (i: number) => boolean {
  if (scheme === 'dense') return () => true;
  const [outputs, depth] = block ?? [1, 1];
  const columns = Math.ceil(inputs / depth) * taps;
  const unitOf = (i: number): number => {
    const [o, c, tap] = [Math.floor(i / (inputs * taps)), Math.floor(i / taps) % inputs, i % taps];
    if (scheme === 'filter') return o;
    if (scheme === 'column') return c * taps + tap;
    return Math.floor(o / outputs) * columns + Math.floor(c / depth) * taps + tap;
  };
  const units = Math.max(...Array.from({ length: count }, (_, i) => unitOf(i))) + 1;
  const order = Array.from({ length: units }, (_, unit) => unit).sort((a, b) => scatter(a) - scatter(b));
  const rank = new Map(order.map((unit, i) => [unit, i]));
  return (i) => (rank.get(unitOf(i)) ?? 0) < Math.round(kept * units);
}

/** A number without pattern, the same in each run. */
function scatter(value: number): number {
  const h = Math.imul((value + 1) ^ ((value + 1) >>> 7), 0x9e3779b1);
  return Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) >>> 0;
}
