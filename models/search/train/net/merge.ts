import { GraphSession } from '../run/session.ts';
import { buildMerge } from '../run/step-graph.ts';
import { layersOf } from './config.ts';
import type { NetConfig } from './config.ts';

/** A layer of the merged net as numbers. */
export interface MergedNumbers {
  /** [M, C, k, k] */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  /** PReLU, null for ReLU and for the last layer. */
  readonly slope: Float32Array | null;
}

/** Merges branches and mask into one convolution a layer, by the very graph that training uses. */
export async function mergeNet(net: NetConfig, p: Float32Array, mask: Float32Array): Promise<MergedNumbers[]> {
  const session = await GraphSession.open(buildMerge(net));
  try {
    const outputs = await session.run({ p: { dims: [p.length], data: p }, mask: { dims: [mask.length], data: mask } });
    return layersOf(net).map(({ index }) => ({
      weights: outputs[`weights${index}`]!.data,
      bias: outputs[`bias${index}`]!.data,
      slope: outputs[`slope${index}`]?.data ?? null,
    }));
  } finally {
    await session.close();
  }
}
