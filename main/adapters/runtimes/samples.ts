import type { Plane } from '../../core/frame.ts';
import type { Tile, TilePlan } from '../../core/tiling.ts';

/** How code values become a network's numbers and back: `code / (2 ** bitDepth - 1) * inputMaximum`. */
export interface SampleScale {
  readonly bitDepth: number;
  readonly inputMaximum: number;
}

/** The f32 number of every code value; computed in float64 and rounded once. */
export function codeTable({ bitDepth, inputMaximum }: SampleScale): Float32Array {
  const maximum = 2 ** bitDepth - 1;
  return Float32Array.from({ length: maximum + 1 }, (_, code) => (code / maximum) * inputMaximum);
}

/**
 * Fills one tile of a network's input, `[planes, plan.height, plan.width]`. Where the tile reaches past the picture, the
 * picture's edge is repeated.
 */
export function readTile(
  planes: readonly Plane[],
  plan: TilePlan,
  tile: Tile,
  table: Float32Array,
  target: Float32Array,
): void {
  planes.forEach((plane, channel) => {
    const inside = Math.min(plan.width, plane.width - tile.x);
    for (let y = 0; y < plan.height; y += 1) {
      const from = Math.min(tile.y + y, plane.height - 1) * plane.stride + tile.x;
      const to = (channel * plan.height + y) * plan.width;
      for (let x = 0; x < inside; x += 1) target[to + x] = table[plane.data[from + x]!]!;
      target.fill(target[to + inside - 1]!, to + inside, to + plan.width);
    }
  });
}

/**
 * Writes the core of one tile's output, `[planes, plan.height * scale, plan.width * scale]`: clamped to the code range,
 * then rounded half up.
 */
export function writeTile(
  data: Float32Array,
  plan: TilePlan,
  tile: Tile,
  { scale, bitDepth, inputMaximum }: SampleScale & { readonly scale: number },
  planes: readonly Plane[],
): void {
  const maximum = 2 ** bitDepth - 1;
  const factor = maximum / inputMaximum;
  const width = tile.core.width * scale;
  planes.forEach((plane, channel) => {
    for (let y = 0; y < tile.core.height * scale; y += 1) {
      const row = (tile.core.y - tile.y) * scale + y;
      const from = (channel * plan.height * scale + row) * plan.width * scale + (tile.core.x - tile.x) * scale;
      const to = (tile.core.y * scale + y) * plane.stride + tile.core.x * scale;
      for (let x = 0; x < width; x += 1) {
        const value = data[from + x]! * factor;
        plane.data[to + x] = value <= 0 ? 0 : value >= maximum ? maximum : value + 0.5;
      }
    }
  });
}
