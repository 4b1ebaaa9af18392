import { quantiseModel } from '../../../compiler/int8/quantise.ts';
import { fuseGraph } from '../../../compiler/passes/fuse.ts';
import type { OnnxModel } from '../../../format/onnx.ts';
import { importOnnx } from '../../../ir/import-onnx.ts';
import { interpret } from '../../../ir/interpret.ts';
import type { Tensor } from '../../../ir/graph.ts';
import { layersOf } from '../net/config.ts';
import type { NetConfig } from '../net/config.ts';
import { buildInference, convInputName } from '../net/inference-graph.ts';
import type { MergedNumbers } from '../net/inference-graph.ts';
import { parameterLayout } from '../net/parameters.ts';
import { mergeNet } from '../run/merge.ts';
import { GraphSession } from '../run/session.ts';

/** Shares of the codes that may lie below zero, of which the best is taken. */
const SHARES_BELOW = Array.from({ length: 49 }, (_, i) => (i + 1) / 50);

/** How much finer than the skip the first layer's output is to be carried at least, of which the best is taken. */
const FINER = [1, 2, 4, 8] as const;
/** Of the usual factor: channels that hardly move are not blown up, since what they do rarely would be cut off. */
const SMALLEST_FACTOR = 0.25;
/** Samples on which they are tried. */
const TRIED = 16;

/** What a channel goes down and up to, 0 between them. */
interface Span {
  readonly low: number;
  readonly high: number;
}

interface Spans {
  /** Of each channel of the first layer's output. */
  readonly first: readonly Span[];
  /** Of each channel that the last layer reads. */
  readonly skip: readonly Span[];
}

/**
 * All channels of an activation share one scale and zero point, so that the widest one decides how coarsely the others are
 * rounded. What the last layer reads, the sum of the long skip, is rounded right before the picture: more is lost there
 * than in all other layers together. A PReLU lets a factor above 0 through, so channels can be scaled without changing the
 * function: Nagel et al. 2019, arXiv 1906.04721, who even out weights with it; here activations are. The first layer's
 * channels are scaled along, to their disadvantage: how far to go is tried.
 * @param p parameters of `net` in f32, with a long skip
 * @param samples pictures `[1, 1, h, w]`, luma / 255
 * @param clippedShare of a channel's numbers on each side that its span leaves out
 * @returns parameters of the same function, the one of several that rounding after training changes least
 */
export async function equaliseSkip(
  net: NetConfig,
  { p, mask }: { readonly p: Float32Array; readonly mask: Float32Array },
  samples: readonly Tensor[],
  clippedShare: number,
): Promise<Float32Array> {
  const before = await mergeNet(net, p, mask);
  const tried = samples.slice(0, TRIED);
  const spans = channelSpans(net, before, samples, clippedShare);
  const exact = await outputs(buildInference(net, before), tried);
  let best = { error: Infinity, merged: before };
  for (const factors of [null, ...FINER.map((finer) => factorsFor(spans, before.at(-1)!, finer))]) {
    const merged = factors === null ? before : scaled(before, factors);
    const rounded = quantiseModel(buildInference(net, merged), { samples: tried, inputMaximum: 1, clippedShare });
    const error = meanSquare(exact, await outputs(rounded, tried));
    if (error < best.error) best = { error, merged };
  }
  return moved(net, p, before, best.merged);
}

/** The same function with channel c of the skip divided by `factors[c]`. */
function scaled(layers: readonly MergedNumbers[], factors: readonly number[]): MergedNumbers[] {
  const last = layers.length - 1;
  const result = [...layers];
  for (const layer of [0, last - 1]) result[layer] = withOutputs(result[layer]!, factors);
  for (const layer of [1, last]) result[layer] = withInputs(result[layer]!, factors);
  return result;
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

/**
 * The smallest factors that keep each channel of the skip within the codes, with the zero point where rounding costs least
 * at the output, and each channel of the first layer's output within `1 / finer` of that range.
 */
function factorsFor({ first, skip }: Spans, last: MergedNumbers, finer: number): number[] {
  const gains = channelGains(last, skip.length);
  const fitting = (spans: readonly Span[], below: number): number[] =>
    spans.map(({ low, high }) => Math.max(-low / below, high / (1 - below)));
  /** Of the rounding, at the output. */
  const power = (factors: readonly number[]): number => factors.reduce((sum, f, c) => sum + gains[c]! * f ** 2, 0);
  const least = (a: number[], b: number[]): number[] => (power(b) < power(a) ? b : a);
  const ofSkip = SHARES_BELOW.map((below) => fitting(skip, below)).reduce(least);
  const ofFirst = SHARES_BELOW.map((below) => fitting(first, below)).reduce((a, b) =>
    Math.max(...b) < Math.max(...a) ? b : a,
  );
  const factors = ofSkip.map((f, c) => Math.max(f, finer * ofFirst[c]!));
  // The last layer's weights stay about as large as they were: a step of training is for such.
  const usual = Math.sqrt(power(factors) / power(skip.map(() => 1)));
  return factors.map((f) => Math.max(f / usual, SMALLEST_FACTOR));
}

/** The power that a layer makes of noise of power 1 in each of its input channels. */
function channelGains({ weights, bias }: MergedNumbers, channels: number): number[] {
  const taps = weights.length / (bias.length * channels);
  const gains = new Array<number>(channels).fill(0);
  weights.forEach((w, i) => {
    const channel = Math.floor(i / taps) % channels;
    gains[channel] = gains[channel]! + w ** 2;
  });
  return gains;
}

function channelSpans(
  net: NetConfig,
  merged: readonly MergedNumbers[],
  samples: readonly Tensor[],
  clippedShare: number,
): Spans {
  const graph = fuseGraph(importOnnx(buildInference(net, merged)), { inputMaximum: 1 });
  const seen = { first: [] as Float32Array[][], skip: [] as Float32Array[][] };
  const of = new Map([
    [convInputName(net, 1), seen.first],
    [convInputName(net, layersOf(net).length - 1), seen.skip],
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
  return { first: seen.first.map(spanOf), skip: seen.skip.map(spanOf) };
}

/** The layer with output m divided by `factors[m]`. */
function withOutputs({ weights, bias, slope }: MergedNumbers, factors: readonly number[]): MergedNumbers {
  const perOutput = weights.length / factors.length;
  return {
    weights: weights.map((w, i) => w / factors[Math.floor(i / perOutput)]!),
    bias: bias.map((b, m) => b / factors[m]!),
    slope,
  };
}

/** The layer for an input of which channel c was divided by `factors[c]`. */
function withInputs({ weights, bias, slope }: MergedNumbers, factors: readonly number[]): MergedNumbers {
  const taps = weights.length / (bias.length * factors.length);
  return { weights: weights.map((w, i) => w * factors[Math.floor(i / taps) % factors.length]!), bias, slope };
}

/** The parameters whose merged layers are `to` instead of `from`: the plain branch makes up for the difference. */
function moved(
  net: NetConfig,
  p: Float32Array,
  from: readonly MergedNumbers[],
  to: readonly MergedNumbers[],
): Float32Array {
  const result = p.slice();
  for (const { name, layer, start } of parameterLayout(net).entries) {
    const part = name === `weight${layer}` ? 'weights' : name === `bias${layer}` ? 'bias' : null;
    if (part === null) continue;
    to[layer]![part].forEach((value, i) => {
      result[start + i] = result[start + i]! + value - from[layer]![part][i]!;
    });
  }
  return result;
}
