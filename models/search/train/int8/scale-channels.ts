import type { NetConfig } from '../net/config.ts';
import type { MergedNumbers } from '../net/inference-graph.ts';
import { parameterLayout } from '../net/parameters.ts';
import type { Span } from './channel-spans.ts';

/** The same function with channel c of what the layers `from` give divided by `factors[c]`. */
export function scaled(
  layers: readonly MergedNumbers[],
  factors: readonly number[],
  from: readonly number[],
): MergedNumbers[] {
  const result = [...layers];
  for (const layer of from) result[layer] = withOutputs(result[layer]!, factors);
  for (const layer of from) result[layer + 1] = withInputs(result[layer + 1]!, factors);
  return result;
}

/**
 * The layer with the slope of outputs whose span does not go above 0 taken into their weights: what is left of their PReLU is
 * nothing. What does go above, outside the span, becomes smaller. quant.md carries sums as they are
 * before the slope in 16 bits, which small slopes overflow.
 */
export function linearised({ weights, bias, slope }: MergedNumbers, outputs: readonly Span[]): MergedNumbers {
  const perOutput = weights.length / bias.length;
  const factor = (m: number): number => {
    const own = slope?.[m] ?? 0;
    return own > 0 && outputs[m]!.high === 0 ? own : 1;
  };
  return {
    weights: weights.map((w, i) => w * factor(Math.floor(i / perOutput))),
    bias: bias.map((b, m) => b * factor(m)),
    slope: slope?.map((own, m) => (factor(m) === own ? 1 : own)) ?? null,
  };
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
export function moved(
  net: NetConfig,
  p: Float32Array,
  from: readonly MergedNumbers[],
  to: readonly MergedNumbers[],
): Float32Array {
  const result = p.slice();
  for (const { name, layer, start } of parameterLayout(net).entries) {
    for (const part of ['weights', 'bias', 'slope'] as const) {
      if (name !== `${part === 'weights' ? 'weight' : part}${layer}`) continue;
      to[layer]![part]?.forEach((value, i) => {
        result[start + i] = result[start + i]! + value - from[layer]![part]![i]!;
      });
    }
  }
  return result;
}
