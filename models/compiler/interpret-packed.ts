import { fractionBitsOf, quantiseSample } from '../format/quant.ts';
import type {
  PackedGroupF32,
  PackedGroupInt8,
  PackedLayerF32,
  PackedLayerInt8,
  PackedNetwork,
} from '../format/packed-network.ts';

/** Planes of samples without gaps between the rows. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly planes: readonly (Uint8Array | Uint16Array)[];
}

/** Channels one after another, `height * width` numbers each: f32 values, or u8 codes in int8. */
type Channels = readonly Float64Array[];

/**
 * Runs a packed network, slowly. In int8 this is quant.md in TypeScript: what every engine has to give to the bit. In
 * f32 it sums in float64 and rounds each activation to f32 once.
 */
export function interpretPacked(network: PackedNetwork, input: Picture): Picture {
  const tensors: Channels[] = [readInput(network, input)];
  const zeroPoints = [0];
  if (network.dataType === 'f32') {
    for (const layer of network.layers) tensors.push(runLayerF32(layer, tensors, input));
  } else {
    for (const layer of network.layers) {
      tensors.push(runLayerInt8(layer, tensors, zeroPoints, input));
      zeroPoints.push(layer.outputZeroPoint);
    }
  }
  return writeOutput(network, tensors.at(-1) ?? [], input);
}

function readInput({ dataType, bitDepth, inputMaximum }: PackedNetwork, { planes }: Picture): Channels {
  const full = 2 ** bitDepth - 1;
  const read = (v: number): number =>
    dataType === 'int8' ? quantiseSample(v, bitDepth) : Math.fround((v / full) * inputMaximum);
  return planes.map((plane) => Float64Array.from(plane, read));
}

function runLayerF32(layer: PackedLayerF32, tensors: readonly Channels[], size: Picture): Channels {
  const inputs = layer.inputs.flatMap((i) => tensors[i] ?? []);
  const before = layer.addBefore === null ? null : tensors[layer.addBefore];
  const after = layer.addAfter === null ? null : tensors[layer.addAfter];
  return eachChannel(layer, (group, o, m) => {
    const sums = sumTaps(layer, group, o, { inputs, zeroPoint: 0, size });
    const slope = group.slope[o] ?? 1;
    return sums.map((sum, i) => {
      const t = sum + (group.bias[o] ?? 0) + (before?.[m]?.[i] ?? 0);
      return Math.fround((t < 0 ? t * slope : t) + (after?.[m]?.[i] ?? 0));
    });
  });
}

function runLayerInt8(
  layer: PackedLayerInt8,
  tensors: readonly Channels[],
  zeroPoints: readonly number[],
  size: Picture,
): Channels {
  const inputs = layer.inputs.flatMap((i) => tensors[i] ?? []);
  const zeroPoint = zeroPoints[layer.inputs[0] ?? 0] ?? 0;
  const added = (tensor: number | null, m: number): Float64Array | null =>
    tensor === null ? null : (tensors[tensor]?.[m] ?? new Float64Array()).map((k) => k - (zeroPoints[tensor] ?? 0));
  return eachChannel(layer, (group, o, m) => {
    const sums = sumTaps(layer, group, o, { inputs, zeroPoint, size }).map((sum) => sum + (group.bias[o] ?? 0));
    const { requantise: q } = group;
    const before = added(layer.addBefore, m);
    if (q.kind === 'last') return sums.map((sum, i) => sum + (before?.[i] ?? 0) * (q.aLast[o] ?? 0));
    const after = added(layer.addAfter, m);
    const pick = (values: Int32Array): number => values[o] ?? 0;
    const integers = {
      shift: pick(q.shift),
      mPos: pick(q.mPos),
      mNeg: pick(q.mNeg),
      aBefore: pick(q.aBefore),
      aAfter: pick(q.aAfter),
      zeroPoint: layer.outputZeroPoint,
    };
    return sums.map((sum, i) => requantise(sum, integers, before && (before[i] ?? 0), after && (after[i] ?? 0)));
  });
}

interface HiddenIntegers {
  readonly shift: number;
  readonly mPos: number;
  readonly mNeg: number;
  readonly aBefore: number;
  readonly aAfter: number;
  readonly zeroPoint: number;
}

/** quant.md, "Hidden layer". `before` and `after` are codes less their zero point, null where nothing is added. */
function requantise(acc: number, q: HiddenIntegers, before: number | null, after: number | null): number {
  const f = after === null ? 0 : 3;
  let t = sat16((acc + (q.shift > 0 ? 1 << (q.shift - 1) : 0)) >> q.shift);
  if (before !== null) t = sat16(t + mulh(before * 128, q.aBefore));
  let r = mulh(t, t < 0 ? q.mNeg : q.mPos);
  if (after !== null) r = sat16(r + mulh(after * 128, q.aAfter));
  return clamp(sat16(r + (q.zeroPoint << f) + (f > 0 ? 4 : 0)) >> f, 0, 255);
}

function mulh(a: number, b: number): number {
  return (a * b + 16384) >> 15;
}

function sat16(value: number): number {
  return clamp(value, -32768, 32767);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

function eachChannel<G extends { readonly size: number }>(
  layer: { readonly outChannels: number; readonly groups: readonly G[] },
  run: (group: G, channelInGroup: number, channel: number) => Float64Array,
): Channels {
  const members = layer.groups.flatMap((group) => Array.from({ length: group.size }, (_, o) => ({ group, o })));
  return members.slice(0, layer.outChannels).map(({ group, o }, m) => run(group, o, m));
}

interface SumScope {
  readonly inputs: Channels;
  readonly zeroPoint: number;
  readonly size: { readonly width: number; readonly height: number };
}

/** Sum over the kept taps, exact below 2^53. Outside the picture nothing is added. */
function sumTaps(
  { kernel }: { readonly kernel: number },
  group: PackedGroupF32 | PackedGroupInt8,
  o: number,
  { inputs, zeroPoint, size: { width, height } }: SumScope,
): Float64Array {
  const sums = new Float64Array(width * height);
  const depth = 'tapDepth' in group ? group.tapDepth : 4;
  group.taps.forEach((word, t) => {
    const dy = ((word >> 16) & 0xff) - (kernel >> 1);
    const dx = (word >>> 24) - (kernel >> 1);
    for (let d = 0; d < depth; d += 1) {
      const at = 'tapDepth' in group ? (t * depth + d) * group.size + o : (t * group.size + o) * 4 + d;
      const weight = group.weights[at] ?? 0;
      const channel = inputs[(word & 0xffff) + d];
      if (weight === 0 || channel === undefined) continue;
      for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y += 1) {
        const row = y * width;
        const from = (y + dy) * width + dx;
        for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x += 1) {
          sums[row + x] = sums[row + x]! + weight * (channel[from + x]! - zeroPoint);
        }
      }
    }
  });
  return sums;
}

function writeOutput(network: PackedNetwork, sums: Channels, input: Picture): Picture {
  const { scale, bitDepth, base, planes: count } = network;
  const [width, height] = [input.width * scale, input.height * scale];
  const round = network.dataType === 'f32' ? roundF32(network) : roundInt8(network);
  const planes = Array.from({ length: count }, (_, p) => {
    const plane = bitDepth > 8 ? new Uint16Array(width * height) : new Uint8Array(width * height);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const channel = (p * scale + (y % scale)) * scale + (x % scale);
        const i = Math.floor(y / scale) * input.width + Math.floor(x / scale);
        plane[y * width + x] = round(
          channel,
          sums[channel]?.[i] ?? 0,
          base === 'none' ? 0 : (input.planes[p]?.[i] ?? 0),
        );
      }
    }
    return plane;
  });
  return { width, height, planes };
}

type RoundSample = (channel: number, sum: number, base: number) => number;

/** Clamped, then half up. */
function roundF32({ bitDepth, inputMaximum }: PackedNetwork): RoundSample {
  const full = 2 ** bitDepth - 1;
  return (_, sum, base) => Math.floor(clamp(base + (sum * full) / inputMaximum, 0, full) + 0.5);
}

/** quant.md, "Last layer". */
function roundInt8(network: Extract<PackedNetwork, { dataType: 'int8' }>): RoundSample {
  const fraction = fractionBitsOf(network.bitDepth);
  const full = 2 ** network.bitDepth - 1;
  const channels = (network.layers.at(-1)?.groups ?? []).flatMap(({ requantise: q, size }) =>
    Array.from({ length: size }, (_, o) =>
      q.kind === 'last' ? { split: q.split[o] ?? 0, m: q.m[o] ?? 0 } : { split: 0, m: 0 },
    ),
  );
  return (channel, sum, base) => {
    const { split, m } = channels[channel] ?? { split: 0, m: 0 };
    const acc = clamp(sum, -(2 ** (15 + split)), 2 ** (15 + split) - 1);
    const hi = acc >> split;
    const lo = acc & (2 ** split - 1);
    const v = hi * m + ((lo * m) >> split);
    return clamp(Math.floor((base * 2 ** fraction + v + 2 ** (fraction - 1)) / 2 ** fraction), 0, full);
  };
}
