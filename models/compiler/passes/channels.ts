import type { Tensor } from '../../ir/graph.ts';

/**
 * @returns a constant as one number per channel of a picture `[n, channels, h, w]` that it is broadcast to; null when it
 *   differs along another dimension
 */
export function channelVector(tensor: Tensor, channels: number): Float32Array | null {
  const { dims, data } = tensor;
  if (data.length === 1 && dims.length <= 4) return new Float32Array(channels).fill(data[0] ?? 0);
  const channelAxis = dims.length - 3;
  const isVector = dims.length <= 4 && dims.every((d, i) => d === (i === channelAxis ? channels : 1));
  return isVector ? Float32Array.from(data) : null;
}

/** `count` times the same number. */
export function filled(count: number, value: number): Tensor {
  return { dims: [count], data: new Float32Array(count).fill(value) };
}

/** Weights `[m, c, 1, 1]` that pass channel `from[i]` to channel i, times `factors[i]`; exact as int8, too. */
export function selectionWeights(from: readonly number[], channels: number, factors: ArrayLike<number> | null): Tensor {
  const data = new Float32Array(from.length * channels);
  from.forEach((c, i) => (data[i * channels + c] = factors?.[i] ?? 1));
  const scales = from.map((_, i) => Math.abs(factors?.[i] ?? 1) / 64 || 1 / 64);
  return { dims: [from.length, channels, 1, 1], data, scales };
}

/** 0, 1, 2 … */
export function countUp(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
