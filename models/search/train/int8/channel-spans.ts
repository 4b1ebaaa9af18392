import { importOnnx } from '../../../ir/import-onnx.ts';
import { interpret } from '../../../ir/interpret.ts';
import type { Tensor } from '../../../ir/graph.ts';
import { layersOf } from '../net/config.ts';
import type { NetConfig } from '../net/config.ts';
import { buildInference, convInputName } from '../net/inference-graph.ts';
import type { MergedNumbers } from '../net/inference-graph.ts';

/** What a channel goes down and up to, 0 between them. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

export interface Spans {
  /** Of each channel of the first layer's output. */
  readonly first: readonly Span[];
  /** Of each channel that the last layer reads. */
  readonly skip: readonly Span[];
  /** Of each channel that the layer before it reads. */
  readonly inner: readonly Span[];
  /** Of each channel that this layer adds to the skip. */
  readonly added: readonly Span[];
}

/** @param clippedShare of a channel's numbers on each side that its span leaves out */
export function channelSpans(
  net: NetConfig,
  merged: readonly MergedNumbers[],
  samples: readonly Tensor[],
  clippedShare: number,
): Spans {
  const graph = importOnnx(buildInference(net, merged));
  const last = layersOf(net).length - 1;
  const seen = {
    ...{ first: [] as Float32Array[][], inner: [] as Float32Array[][] },
    ...{ added: [] as Float32Array[][], skip: [] as Float32Array[][] },
  };
  const of = new Map([
    [`act${last - 1}`, seen.added],
    [convInputName(net, 1), seen.first],
    [convInputName(net, last - 1), seen.inner],
    [convInputName(net, last), seen.skip],
  ]);
  for (const sample of samples) {
    interpret(graph, sample, (name, { dims, data }) => {
      const channels = of.get(name);
      const count = dims[1] ?? 0;
      const size = data.length / count;
      for (let c = 0; channels && c < count; c++) (channels[c] ??= []).push(data.slice(c * size, (c + 1) * size));
    });
  }
  const spanOf = (parts: readonly Float32Array[]): Span => {
    const sorted = Float32Array.from(parts.flatMap((part) => [...part])).sort();
    const rank = Math.floor(clippedShare * (sorted.length - 1));
    return { low: Math.min(0, sorted[rank]!), high: Math.max(0, sorted[sorted.length - 1 - rank]!) };
  };
  return {
    ...{ first: seen.first.map(spanOf), inner: seen.inner.map(spanOf) },
    ...{ added: seen.added.map(spanOf), skip: seen.skip.map(spanOf) },
  };
}
