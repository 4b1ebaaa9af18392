import { UNIFORM_BYTES } from '../../../format/program.ts';
import type { PackedNetwork } from '../../../format/packed-network.ts';
import type { GpuGroup, GpuLayer, GpuTap } from './gpu-network.ts';

/** How a dispatch's work is cut; tuned per device. */
export interface TileShape {
  /** Neighbouring input samples of one invocation: 1, 2 or 4. */
  readonly pixels: 1 | 2 | 4;
  /** Upper limit of sums (of four channels each) that an invocation holds; it bounds the registers. */
  readonly sums: number;
  readonly workgroup: readonly [number, number];
}

/** Layers that one invocation computes one after another, without a pass over memory between them. */
export interface Stage {
  /** Those behind the first have kernels of 1 and read the layer before them alone. */
  readonly layers: readonly GpuLayer[];
  /** Output channels (in fours) of the last of the layers that each dispatch computes. */
  readonly chunks: readonly (readonly GpuGroup[])[];
  readonly pixels: 1 | 2 | 4;
  readonly isLast: boolean;
}

/**
 * Joins layers that read nothing but their own sample of the layer before, and cuts wide layers into dispatches that fit
 * registers and a uniform buffer.
 */
export function planStages(network: PackedNetwork, layers: readonly GpuLayer[], shape: TileShape): Stage[] {
  const stages: GpuLayer[][] = [];
  layers.forEach((layer) => {
    const chain = stages.at(-1);
    if (chain && canFollow(chain, layer, layers, shape)) chain.push(layer);
    else stages.push([layer]);
  });
  return stages.map((chain) => {
    const last = chain.at(-1)!;
    const isLast = last === layers.at(-1);
    const pixels = isLast ? pixelsOfPicture(network, last.groups.length, shape) : shape.pixels;
    const isWhole = isLast || chain.length > 1;
    const chunks = isWhole ? [last.groups] : cut(last.groups, Math.max(1, Math.floor(shape.sums / pixels)));
    return { layers: chain, chunks, pixels, isLast };
  });
}

function canFollow(
  chain: readonly GpuLayer[],
  layer: GpuLayer,
  layers: readonly GpuLayer[],
  { pixels, sums }: TileShape,
): boolean {
  const before = chain.at(-1)!;
  const readers = layers.filter((l) => readsOf(l).includes(before.tensor));
  const isOnlyReader = readers.length === 1 && readers[0] === layer;
  const taps = [...chain, layer].flatMap((l) => l.groups.flatMap((group) => group.taps));
  return (
    layer.kernel === 1 &&
    isOnlyReader &&
    layer.addBefore !== before.tensor &&
    layer.addAfter !== before.tensor &&
    layer.groups.every((group) => group.taps.every((tap) => tap.tensor === before.tensor)) &&
    before.groups.length * pixels <= sums &&
    layer.groups.length * pixels <= sums &&
    weightBytes(taps) <= UNIFORM_BYTES
  );
}

/** @returns tensors a layer reads, once each */
export function readsOf({ groups, addBefore, addAfter }: GpuLayer): number[] {
  const taps = groups.flatMap((group) => group.taps.map((tap) => tap.tensor));
  const adds = [addBefore, addAfter].filter((tensor) => tensor !== null);
  return [...new Set([...taps, ...adds])];
}

/** @returns bytes of the taps' weights in a buffer: a vector of four for each column */
export function weightBytes(taps: readonly GpuTap[]): number {
  return taps.reduce((sum, { columns }) => sum + columns.filter((column) => column !== null).length, 0) * 16;
}

/** Output samples of an invocation must fill whole words in each row. */
function pixelsOfPicture({ scale, bitDepth }: PackedNetwork, groups: number, { sums }: TileShape): 1 | 2 | 4 {
  const fills = (pixels: number): boolean => (pixels * scale * (bitDepth > 8 ? 2 : 1)) % 4 === 0;
  const fitting = ([4, 2, 1] as const).filter(fills);
  return fitting.find((pixels) => pixels * groups <= sums) ?? fitting.at(-1) ?? 4;
}

function cut(groups: readonly GpuGroup[], most: number): GpuGroup[][] {
  const chunks: GpuGroup[][] = [];
  for (const group of groups) {
    const chunk = chunks.at(-1);
    const taps = [...(chunk ?? []), group].flatMap((g) => g.taps);
    if (chunk && chunk.length < most && weightBytes(taps) <= UNIFORM_BYTES) chunk.push(group);
    else chunks.push([group]);
  }
  return chunks;
}
