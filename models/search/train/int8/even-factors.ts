import type { MergedNumbers } from '../net/inference-graph.ts';
import type { Span, Spans } from './channel-spans.ts';

/** Shares of the codes that may lie below zero, of which the best is taken. */
const SHARES_BELOW = Array.from({ length: 49 }, (_, i) => (i + 1) / 50);
/** Of the usual factor: channels that hardly move are not blown up, since what they do rarely would be cut off. */
const SMALLEST_FACTOR = 0.25;
/**
 * A step of the skip is at least this many steps of the sum that is rounded to it: quant.md asks for 8 where a tensor is
 * added after the activation. Where one channel had less, all would be carried more coarsely.
 */
const SUM_STEPS = 8.2;

/**
 * Factors that keep each channel of the skip within the codes, as {@link evenFactors}, each channel of the first layer's
 * output within `1 / finer` of that range, and a step of each that many steps of its sum.
 * @param layers the last two
 */
export function skipFactors({ first, skip, inner }: Spans, layers: readonly MergedNumbers[], finer: number): number[] {
  const [sum, last] = layers as [MergedNumbers, MergedNumbers];
  const ofFirst = SHARES_BELOW.map((below) => fitting(first, below)).reduce((a, b) =>
    Math.max(...b) < Math.max(...a) ? b : a,
  );
  const range = Math.max(...inner.map(({ high }) => high)) - Math.min(...inner.map(({ low }) => low));
  // 127 codes of a weight times 255 of what it reads, over 255 codes of the sum.
  const ofSteps = steepestWeights(sum).map((w) => (SUM_STEPS * w * range) / 127);
  return evenFactors(
    skip,
    last,
    ofSteps.map((f, c) => Math.max(f, finer * ofFirst[c]!)),
  );
}

/**
 * The smallest factors that keep each channel within the codes, with the zero point where rounding costs least behind the
 * layer that reads them, and at least as large as `least`. That layer's weights stay about as large as they were: a step of
 * training is for such.
 */
export function evenFactors(spans: readonly Span[], reader: MergedNumbers, least?: readonly number[]): number[] {
  const gains = channelGains(reader, spans.length);
  const power = (factors: readonly number[]): number => factors.reduce((sum, f, c) => sum + gains[c]! * f ** 2, 0);
  const best = SHARES_BELOW.map((below) => fitting(spans, below)).reduce((a, b) => (power(b) < power(a) ? b : a));
  const factors = best.map((f, c) => Math.max(f, least?.[c] ?? 0));
  const usual = Math.sqrt(power(factors) / power(spans.map(() => 1)));
  // A network that reads nothing there can be left as it is.
  return factors.map((f) => (usual > 0 ? Math.max(f / usual, SMALLEST_FACTOR) : 1));
}

/** Factors by which each channel fills the codes on one side or the other, `below` of which lie under the zero point. */
function fitting(spans: readonly Span[], below: number): number[] {
  return spans.map(({ low, high }) => Math.max(-low / below, high / (1 - below)));
}

/** The largest weight of each output, times its slope where that is above 1. */
function steepestWeights({ weights, bias, slope }: MergedNumbers): number[] {
  const perOutput = weights.length / bias.length;
  return Array.from(bias, (_, m) => {
    const own = weights.subarray(m * perOutput, (m + 1) * perOutput);
    return own.reduce((most, w) => Math.max(most, Math.abs(w)), 0) * Math.max(1, Math.abs(slope?.[m] ?? 0));
  });
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
