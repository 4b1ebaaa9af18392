import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planTiles } from '../../../main/core/tiling.ts';
import type { TileRequest } from '../../../main/core/tiling.ts';

/** Fails unless cores cover the picture once and keep the halo's distance to every edge that is not the picture's. */
function check(request: TileRequest): void {
  const plan = planTiles(request);
  const { width, height, halo } = request;
  const covered = new Uint8Array(width * height);
  for (const { x, y, core } of plan.tiles) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(y).toBeGreaterThanOrEqual(0);
    if (plan.width <= width) expect(x + plan.width).toBeLessThanOrEqual(width);
    if (plan.height <= height) expect(y + plan.height).toBeLessThanOrEqual(height);
    expect(core.x - x).toBeGreaterThanOrEqual(x === 0 ? 0 : halo);
    expect(core.y - y).toBeGreaterThanOrEqual(y === 0 ? 0 : halo);
    const right = Math.min(x + plan.width, width);
    const bottom = Math.min(y + plan.height, height);
    expect(right - core.x - core.width).toBeGreaterThanOrEqual(right === width ? 0 : halo);
    expect(bottom - core.y - core.height).toBeGreaterThanOrEqual(bottom === height ? 0 : halo);
    for (let row = core.y; row < core.y + core.height; row += 1) {
      for (let column = core.x; column < core.x + core.width; column += 1) {
        covered[row * width + column] = (covered[row * width + column] ?? 0) + 1;
      }
    }
  }
  expect(covered.every((count) => count === 1)).toBe(true);
}

const size = fc.integer({ min: 1, max: 150 });
const halo = fc.integer({ min: 0, max: 9 });

describe('planTiles', () => {
  it('takes a small picture whole', () => {
    const plan = planTiles({ width: 5, height: 3, halo: 8, maxTileSamples: 15 });
    expect(plan).toEqual({ width: 5, height: 3, tiles: [{ x: 0, y: 0, core: { x: 0, y: 0, width: 5, height: 3 } }] });
  });

  it('covers every picture once with its halo kept', () => {
    fc.assert(
      fc.property(size, size, halo, fc.integer({ min: 1, max: 4000 }), (width, height, h, maxTileSamples) => {
        check({ width, height, halo: h, maxTileSamples });
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  it('covers with tiles of a fixed size, larger or smaller than the picture', () => {
    fc.assert(
      fc.property(size, size, halo, (width, height, h) => {
        check({ width, height, halo: h, maxTileSamples: 1, fixedSize: { width: 24, height: 19 } });
      }),
      { numRuns: 80, seed: 1 },
    );
  });

  it('keeps the limit when the halo leaves room', () => {
    const plan = planTiles({ width: 3840, height: 2160, halo: 6, maxTileSamples: 1 << 20 });
    expect(plan.width * plan.height).toBeLessThanOrEqual(1 << 20);
    expect(plan.tiles.length).toBeLessThanOrEqual(9);
  });

  it('refuses a fixed tile that is all halo', () => {
    const request = { width: 100, height: 10, halo: 8, maxTileSamples: 1, fixedSize: { width: 16, height: 16 } };
    expect(() => planTiles(request)).toThrow(/wider than the 16 samples of their halo.*takes 16 samples/);
  });
});
