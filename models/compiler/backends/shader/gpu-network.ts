import type {
  PackedGroupF32,
  PackedGroupInt8,
  PackedLayerF32,
  PackedLayerInt8,
  PackedNetwork,
} from '../../../format/packed-network.ts';

/** Weights of four output channels over up to four channels of one input at one place of the kernel. */
export interface GpuTap {
  /** Tensor read; 0 is the picture. */
  readonly tensor: number;
  /** Which four channels of it. */
  readonly group: number;
  readonly ky: number;
  readonly kx: number;
  /** For each of the four input channels its weights to the four output channels; null where all are zero. */
  readonly columns: readonly (readonly number[] | null)[];
}

/** Four output channels, with all that follows their sums. Arrays have four numbers. */
export interface GpuGroup {
  readonly taps: readonly GpuTap[];
  readonly bias: readonly number[];
  readonly finish:
    | { readonly kind: 'f32'; readonly slope: readonly number[] }
    | {
        readonly kind: 'hidden';
        readonly shift: readonly number[];
        readonly mPos: readonly number[];
        readonly mNeg: readonly number[];
        readonly aBefore: readonly number[];
        readonly aAfter: readonly number[];
      }
    | {
        readonly kind: 'last';
        readonly split: readonly number[];
        readonly m: readonly number[];
        readonly aLast: readonly number[];
      };
}

export interface GpuLayer {
  /** Tensor it makes: its number in the network plus one. */
  readonly tensor: number;
  readonly kernel: number;
  readonly outChannels: number;
  readonly groups: readonly GpuGroup[];
  readonly addBefore: number | null;
  readonly addAfter: number | null;
  readonly outputZeroPoint: number;
}

/** Cuts a packed network into fours of output channels and drops columns of weights that are all zero. */
export function toGpuLayers(network: PackedNetwork): GpuLayer[] {
  const channels = [network.planes, ...network.layers.map((layer) => layer.outChannels)];
  return network.layers.map((layer, i) => {
    const { kernel, outChannels, addBefore, addAfter } = layer;
    const locate = channelFinder(layer.inputs, channels);
    const groups = layer.groups
      .flatMap((group) => ('tapDepth' in group ? splitF32(group, locate) : splitInt8(group, locate)))
      .slice(0, Math.ceil(outChannels / 4));
    const outputZeroPoint = 'outputZeroPoint' in layer ? layer.outputZeroPoint : 0;
    return { tensor: i + 1, kernel, outChannels, groups, addBefore, addAfter, outputZeroPoint };
  });
}

interface ChannelPlace {
  /** Which of the inputs: a tensor may stand among them twice. */
  readonly part: number;
  readonly tensor: number;
  readonly group: number;
  readonly lane: number;
}

type ChannelFinder = (channel: number) => ChannelPlace | null;

/** Where a channel of the concatenated inputs lies; null beyond them. */
function channelFinder(
  inputs: (PackedLayerF32 | PackedLayerInt8)['inputs'],
  channels: readonly number[],
): ChannelFinder {
  const places = inputs.flatMap((tensor, part) =>
    Array.from({ length: channels[tensor] ?? 0 }, (_, c) => ({ part, tensor, group: c >> 2, lane: c & 3 })),
  );
  return (channel) => places[channel] ?? null;
}

function splitF32(group: PackedGroupF32, locate: ChannelFinder): GpuGroup[] {
  const { size, tapDepth, weights, bias, slope } = group;
  const weightOf = (tap: number, depth: number, output: number): number =>
    weights[(tap * tapDepth + depth) * size + output] ?? 0;
  return cutInFours(size).map((first) => ({
    taps: collectTaps(group.taps, tapDepth, locate, (t, d, o) => weightOf(t, d, first + o)),
    bias: four(bias, first),
    finish: { kind: 'f32', slope: four(slope, first) },
  }));
}

function splitInt8(group: PackedGroupInt8, locate: ChannelFinder): GpuGroup[] {
  const { size, weights, bias, requantise: q } = group;
  const weightOf = (tap: number, depth: number, output: number): number =>
    weights[(tap * size + output) * 4 + depth] ?? 0;
  return cutInFours(size).map((first) => ({
    taps: collectTaps(group.taps, 4, locate, (t, d, o) => weightOf(t, d, first + o)),
    bias: four(bias, first),
    finish:
      q.kind === 'last'
        ? { kind: 'last', split: four(q.split, first), m: four(q.m, first), aLast: four(q.aLast, first) }
        : {
            kind: 'hidden',
            shift: four(q.shift, first),
            mPos: four(q.mPos, first),
            mNeg: four(q.mNeg, first),
            aBefore: four(q.aBefore, first),
            aAfter: four(q.aAfter, first),
          },
  }));
}

function collectTaps(
  words: Uint32Array,
  depth: number,
  locate: ChannelFinder,
  weightOf: (tap: number, depth: number, output: number) => number,
): GpuTap[] {
  const found = new Map<string, GpuTap & { columns: (readonly number[] | null)[] }>();
  words.forEach((word, t) => {
    const [ky, kx] = [(word >> 16) & 0xff, word >>> 24];
    for (let d = 0; d < depth; d += 1) {
      const place = locate((word & 0xffff) + d);
      const column = [0, 1, 2, 3].map((o) => weightOf(t, d, o));
      if (place === null || column.every((w) => w === 0)) continue;
      const { part, tensor, group, lane } = place;
      const key = [part, group, ky, kx].join(' ');
      const tap = found.get(key) ?? { tensor, group, ky, kx, columns: [null, null, null, null] };
      tap.columns[lane] = column;
      found.set(key, tap);
    }
  });
  return [...found.values()];
}

function cutInFours(size: number): number[] {
  return Array.from({ length: size / 4 }, (_, i) => i * 4);
}

function four(values: ArrayLike<number>, first: number): number[] {
  return [0, 1, 2, 3].map((i) => values[first + i] ?? 0);
}
