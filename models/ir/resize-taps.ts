import type { ResizeAttributes } from './graph.ts';

/** Which input positions one output position reads, and how much of each. Positions may lie outside the picture. */
export interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * Taps of one axis before the picture's border is looked at.
 * Source: https://onnx.ai/onnx/operators/onnx__Resize.html
 * @param position of the output, in output samples
 */
export function resizeTaps(attributes: ResizeAttributes, position: number): Taps {
  const { scale, coordinates, mode } = attributes;
  const at = coordinates === 'half_pixel' ? (position + 0.5) / scale - 0.5 : position / scale;
  if (mode === 'nearest') return { first: roundAs(attributes.nearestMode, at), weights: [1] };
  const floor = Math.floor(at);
  const t = at - floor;
  if (mode === 'linear') return { first: floor, weights: [1 - t, t] };
  const near = (d: number): number => cubicNear(d, attributes.cubicA);
  const far = (d: number): number => cubicFar(d, attributes.cubicA);
  return { first: floor - 1, weights: [far(1 + t), near(t), near(1 - t), far(2 - t)] };
}

/** Taps with the border applied: every position lies within `0 .. length - 1`; a position may come more than once. */
export function resizeTapsWithin(
  attributes: ResizeAttributes,
  position: number,
  length: number,
): { readonly index: number; readonly weight: number }[] {
  const { first, weights } = resizeTaps(attributes, position);
  const taps = weights.map((weight, i) => ({ index: first + i, weight }));
  if (attributes.mode === 'cubic' && attributes.excludeOutside) {
    const inside = taps.filter((t) => t.index >= 0 && t.index < length);
    const sum = inside.reduce((s, t) => s + t.weight, 0);
    return inside.map((t) => ({ index: t.index, weight: t.weight / sum }));
  }
  return taps.map((t) => ({ index: Math.min(Math.max(t.index, 0), length - 1), weight: t.weight }));
}

function roundAs(mode: ResizeAttributes['nearestMode'], at: number): number {
  switch (mode) {
    case 'floor':
      return Math.floor(at);
    case 'ceil':
      return Math.ceil(at);
    case 'round_prefer_ceil':
      return Math.floor(at + 0.5);
    case 'round_prefer_floor':
      return Math.ceil(at - 0.5);
  }
}

/** Keys' kernel for distances up to 1. */
function cubicNear(d: number, a: number): number {
  return ((a + 2) * d - (a + 3)) * d * d + 1;
}

/** Keys' kernel for distances from 1 to 2. */
function cubicFar(d: number, a: number): number {
  return a * (((d - 5) * d + 8) * d - 4);
}
