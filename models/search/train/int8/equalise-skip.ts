import { quantiseModel } from '../../../compiler/int8/quantise.ts';
import type { OnnxModel } from '../../../format/onnx.ts';
import type { Tensor } from '../../../ir/graph.ts';
import type { NetConfig } from '../net/config.ts';
import { buildInference } from '../net/inference-graph.ts';
import { mergeNet } from '../run/merge.ts';
import { GraphSession } from '../run/session.ts';
import { channelSpans } from './channel-spans.ts';
import { evenFactors, skipFactors } from './even-factors.ts';
import { linearised, moved, scaled } from './scale-channels.ts';

/** How much finer than the skip the first layer's output is to be carried at least, of which the best is taken. */
const FINER = [1, 2, 4, 8] as const;
/** Samples on which they are tried. */
const TRIED = 16;

/**
 * All channels of an activation share one scale and zero point, so that the widest one decides how coarsely the others are
 * rounded. What the last layer reads, the sum of the long skip, is rounded right before the picture. A PReLU lets a factor above 0 through, so channels can be scaled without changing the
 * function: Nagel et al. 2019, arXiv 1906.04721, who even out weights with it; here activations are. The first layer's
 * channels are scaled along, to their disadvantage: how far to go is tried.
 * @param p parameters of `net` in f32, with a long skip
 * @param samples pictures `[1, 1, h, w]`, luma / 255
 * @param clippedShare of a channel's numbers on each side that its span leaves out
 * @returns parameters of the same function but for what {@link linearised} clips, the one of several that rounding after training changes least
 */
export async function equaliseSkip(
  net: NetConfig,
  { p, mask }: { readonly p: Float32Array; readonly mask: Float32Array },
  samples: readonly Tensor[],
  clippedShare: number,
): Promise<Float32Array> {
  const before = await mergeNet(net, p, mask);
  const last = before.length - 1;
  // The layers whose channels are scaled have to be different ones.
  if (last < 3) return p.slice();
  const tried = samples.slice(0, TRIED);
  const spans = channelSpans(net, before, samples, clippedShare);
  const exact = await outputs(buildInference(net, before), tried);
  const plain = before.with(last - 1, linearised(before[last - 1]!, spans.added));
  const inner = evenFactors(spans.inner, plain[last - 1]!);
  const evened = scaled(plain, inner, [last - 2]);
  const between = {
    ...spans,
    inner: spans.inner.map(({ low, high }, c) => ({ low: low / inner[c]!, high: high / inner[c]! })),
  };
  let best = { error: Infinity, merged: before };
  for (const factors of [null, ...FINER.map((finer) => skipFactors(between, evened.slice(-2), finer))]) {
    const merged = factors === null ? before : scaled(evened, factors, [0, last - 1]);
    const rounded = quantiseModel(buildInference(net, merged), { samples: tried, inputMaximum: 1, clippedShare });
    const error = meanSquare(exact, await outputs(rounded, tried));
    if (error < best.error) best = { error, merged };
  }
  return moved(net, p, before, best.merged);
}

async function outputs(model: OnnxModel, samples: readonly Tensor[]): Promise<Float32Array[]> {
  const session = await GraphSession.open(model);
  try {
    const all: Float32Array[] = [];
    for (const { dims, data } of samples) all.push((await session.run({ x: { dims, data } })).y!.data);
    return all;
  } finally {
    await session.close();
  }
}

function meanSquare(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const sums = a.map((values, i) => values.reduce((sum, v, j) => sum + (v - b[i]![j]!) ** 2, 0) / values.length);
  return sums.reduce((sum, v) => sum + v, 0) / sums.length;
}
