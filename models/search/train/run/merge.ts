import { GraphSession } from './session.ts';
import { buildMerge } from './step-graph.ts';
import { layersOf } from '../net/config.ts';
import type { LayerShape, NetConfig } from '../net/config.ts';
import { layoutOf } from '../net/parameters.ts';
import type { MergedNumbers } from '../net/inference-graph.ts';

/** Merges branches and mask into one convolution a layer, by the very graph that training uses. */
export function mergeNet(net: NetConfig, p: Float32Array, mask: Float32Array): Promise<MergedNumbers[]> {
  return mergeShapes(layersOf(net), { hasSlopes: net.activation === 'prelu', isRounded: net.quantize }, p, mask);
}

/** {@link mergeNet} for any list of layers. */
export async function mergeShapes(
  layers: readonly LayerShape[],
  options: { readonly hasSlopes: boolean; readonly isRounded: boolean },
  p: Float32Array,
  mask: Float32Array,
): Promise<MergedNumbers[]> {
  const layout = layoutOf(layers, options.hasSlopes);
  const session = await GraphSession.open(buildMerge(layers, layout, options.isRounded));
  try {
    const outputs = await session.run({ p: { dims: [p.length], data: p }, mask: { dims: [mask.length], data: mask } });
    return layers.map(({ index }) => ({
      weights: outputs[`weights${index}`]!.data,
      bias: outputs[`bias${index}`]!.data,
      slope: outputs[`slope${index}`]?.data ?? null,
    }));
  } finally {
    await session.close();
  }
}

/** @returns the weights of all layers, one after another, as masks are over them */
export function flatWeights(merged: readonly MergedNumbers[]): Float32Array {
  const flat = new Float32Array(merged.reduce((sum, { weights }) => sum + weights.length, 0));
  let at = 0;
  for (const { weights } of merged) {
    flat.set(weights, at);
    at += weights.length;
  }
  return flat;
}
