import { AppError } from './errors.ts';

/** One tile of a picture, in input samples. All tiles of a plan are of one size. */
export interface Tile {
  /** Where the tile lies in the picture. It reaches past the right and lower edge only when the picture is smaller. */
  readonly x: number;
  readonly y: number;
  /** The part of the picture whose output this tile gives; these parts cover the picture once. */
  readonly core: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

export interface TilePlan {
  /** Size of every tile in input samples, halo included. */
  readonly width: number;
  readonly height: number;
  readonly tiles: readonly Tile[];
}

export interface TileRequest {
  /** Picture size in input samples. */
  readonly width: number;
  readonly height: number;
  /** Samples around a tile's core that its output depends on: `(receptiveField - 1) / 2`. */
  readonly halo: number;
  /** Upper limit of samples in a tile; kept unless the halo alone is larger. */
  readonly maxTileSamples: number;
  /** Size that a network insists on, in samples. */
  readonly fixedSize?: { readonly width: number; readonly height: number } | undefined;
}

/** Smallest core side worth its halo. */
const SMALLEST_CORE = 16;

/**
 * Cuts a picture into tiles of one size such that every core sample lies at least `halo` away from each tile edge that
 * is no edge of the picture: a tiled result then equals the whole one.
 * @throws AppError `model-unsupported` when a fixed tile is too small for its halo
 */
export function planTiles(request: TileRequest): TilePlan {
  const { width, height, halo, fixedSize } = request;
  const size = fixedSize ?? chooseTileSize(request);
  const columns = splitAxis(width, size.width, halo);
  const rows = splitAxis(height, size.height, halo);
  const tiles = rows.flatMap((row) =>
    columns.map((column) => ({
      x: column.at,
      y: row.at,
      core: { x: column.from, y: row.from, width: column.to - column.from, height: row.to - row.from },
    })),
  );
  return { ...size, tiles };
}

/** The grid with the least work whose tiles are within the limit. */
function chooseTileSize({ width, height, halo, maxTileSamples }: TileRequest): { width: number; height: number } {
  if (width * height <= maxTileSamples) return { width, height };
  const widths = sidesFor(width, halo);
  const heights = sidesFor(height, halo);
  const sizes = widths.flatMap((w) =>
    heights.map((h) => ({ width: w.side, height: h.side, count: w.count * h.count })),
  );
  const work = (s: (typeof sizes)[number]): number => s.width * s.height * s.count;
  const allowed = sizes.filter((s) => s.width * s.height <= maxTileSamples);
  const smallest = sizes.reduce((a, b) => (b.width * b.height < a.width * a.height ? b : a));
  const best = allowed.reduce((a, b) => (work(b) < work(a) ? b : a), allowed[0] ?? smallest);
  return { width: best.width, height: best.height };
}

/** Every tile side that covers `length` with 1, 2, 3 … tiles, as long as cores are worth their halo. */
function sidesFor(length: number, halo: number): { side: number; count: number }[] {
  const sides = [{ side: length, count: 1 }];
  for (let count = 2; ; count += 1) {
    const side = Math.ceil((length + 2 * halo * (count - 1)) / count);
    if (side >= length || side - 2 * halo < SMALLEST_CORE) return sides;
    sides.push({ side, count });
  }
}

interface Span {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

function splitAxis(length: number, side: number, halo: number): Span[] {
  if (side >= length) return [{ at: 0, from: 0, to: length }];
  const spans: Span[] = [];
  for (let from = 0; from < length;) {
    const at = Math.min(Math.max(from - halo, 0), length - side);
    const to = at + side === length ? length : at + side - halo;
    if (to <= from) {
      throw new AppError(
        'model-unsupported',
        `expected tiles wider than the ${2 * halo} samples of their halo but the model takes ${side} samples only`,
      );
    }
    spans.push({ at, from, to });
    from = to;
  }
  return spans;
}
