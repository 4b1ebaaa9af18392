import { layersOf } from '../net/config.ts';
import type { NetConfig } from '../net/config.ts';
import type { MergedNumbers } from '../net/inference-graph.ts';
import { initialParameters, parameterLayout } from '../net/parameters.ts';
import { mergeNet } from './merge.ts';

/**
 * Parameters of a network whose merged layers are the given ones: branches start as in a fresh network, and the 3x3 beside
 * them makes up for what they add. So weights go from one parameterisation to another without changing the function.
 */
export async function expressMerged(
  net: NetConfig,
  merged: readonly MergedNumbers[],
  seed: number,
): Promise<Float32Array> {
  const { entries, maskSize } = parameterLayout(net);
  const p = initialParameters(net, seed);
  const part = (name: string): Float32Array | undefined => {
    const entry = entries.find((e) => e.name === name);
    return entry && p.subarray(entry.start, entry.start + entry.shape.reduce((a, b) => a * b, 1));
  };
  for (const { index } of layersOf(net)) {
    for (const name of ['weight', 'bias', 'squeezeBias', 'edgeBias']) part(`${name}${index}`)?.fill(0);
  }
  const others = await mergeNet(net, p, new Float32Array(maskSize).fill(1));
  for (const { index } of layersOf(net)) {
    const { weights, bias, slope } = merged[index]!;
    part(`weight${index}`)!.set(weights.map((w, i) => w - others[index]!.weights[i]!));
    part(`bias${index}`)!.set(bias);
    if (slope) part(`slope${index}`)?.set(slope);
  }
  return p;
}
