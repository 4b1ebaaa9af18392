import type { Encoding, Space } from '../space/encoding.ts';
import { netOf } from '../space/encoding.ts';
import { layersOf } from '../train/net/config.ts';
import type { MergedNumbers } from '../train/net/inference-graph.ts';
import { mergeShapes } from '../train/run/merge.ts';
import { supernetLayout } from './graph.ts';
import { layersOnPath, supernetLayers } from './shapes.ts';
import type { PathLayer } from './shapes.ts';

/** All layers of a supernet with their branches merged, from which any path is cut. */
export type MergedSupernet = readonly MergedNumbers[];

export async function mergeSupernet(space: Space, p: Float32Array): Promise<MergedSupernet> {
  const whole = new Float32Array(supernetLayout(space).maskSize).fill(1);
  return mergeShapes(supernetLayers(space), { hasSlopes: true, isRounded: false }, p, whole);
}

/** @returns the layers of an encoding's own network as the supernet has them: the same function as its path */
export function inheritLayers(space: Space, encoding: Encoding, supernet: MergedSupernet): MergedNumbers[] {
  const shapes = supernetLayers(space);
  const path = layersOnPath(space, encoding);
  return layersOf(netOf(encoding)).map((layer, i) => {
    const from = path[i]!;
    const { weights, bias, slope } = supernet[from.place]!;
    return {
      weights: cut(weights, shapes[from.place]!.inputs, layer.kernel ** 2, from),
      bias: bias.slice(0, layer.outputs),
      slope: layer.activated && slope ? slope.slice(0, layer.outputs) : null,
    };
  });
}

function cut(weights: Float32Array, allInputs: number, taps: number, { inputs, outputs }: PathLayer): Float32Array {
  const part = new Float32Array(outputs * inputs * taps);
  for (let o = 0; o < outputs; o++) {
    const from = o * allInputs * taps;
    part.set(weights.subarray(from, from + inputs * taps), o * inputs * taps);
  }
  return part;
}
