import type { LayerShape } from '../train/net/config.ts';
import { blockOf } from '../space/scheme.ts';
import type { Scheme } from '../space/scheme.ts';

/** Which weights of a layer live and die together. */
export interface Groups {
  /** Group of each weight `[m, c, k, k]`. */
  readonly of: Int32Array;
  readonly count: number;
}

/** Taps of a 3x3 kernel that pattern pruning chooses from: the middle with a square or a T around it. */
const PATTERNS: readonly (readonly number[])[] = [
  [0, 1, 3, 4],
  [1, 2, 4, 5],
  [3, 4, 6, 7],
  [4, 5, 7, 8],
  [1, 3, 4, 5],
  [3, 4, 5, 7],
  [1, 3, 4, 7],
  [1, 4, 5, 7],
];

/**
 * @param weights merged weights `[m, c, k, k]`: patterns are chosen by them
 * @returns the layer's groups, null where it is not pruned
 */
export function groupsOf(layer: LayerShape, scheme: Scheme, weights: Float32Array): Groups | null {
  const { inputs, kernel } = layer;
  const taps = kernel * kernel;
  switch (scheme) {
    case 'none':
      return null;
    case 'filter':
      return number(weights, (i) => Math.floor(i / (inputs * taps)));
    case 'column':
      return number(weights, (i) => i % (inputs * taps));
    case 'pattern':
      return patternGroups(weights, taps);
    default: {
      const block = blockOf(scheme)!;
      const across = Math.ceil(inputs / block.inputs);
      return number(weights, (i) => {
        const [output, input] = [Math.floor(i / (inputs * taps)), Math.floor(i / taps) % inputs];
        const place = Math.floor(output / block.outputs) * across + Math.floor(input / block.inputs);
        return place * taps + (i % taps);
      });
    }
  }
}

function number(weights: Float32Array, groupOf: (index: number) => number): Groups {
  const of = Int32Array.from(weights, (_, i) => groupOf(i));
  return { of, count: of.reduce((most, g) => Math.max(most, g + 1), 0) };
}

/** Two groups for each kernel: 2n + 1 is the pattern that holds most of it, 2n what lies beside the pattern. */
function patternGroups(weights: Float32Array, taps: number): Groups {
  const of = new Int32Array(weights.length);
  for (let first = 0; first < weights.length; first += taps) {
    const energy = (pattern: readonly number[]): number =>
      pattern.reduce((sum, tap) => sum + weights[first + tap]! ** 2, 0);
    const best = PATTERNS.reduce((a, b) => (energy(b) > energy(a) ? b : a));
    for (let tap = 0; tap < taps; tap++) of[first + tap] = 2 * (first / taps) + Number(best.includes(tap));
  }
  return { of, count: (2 * weights.length) / taps };
}
