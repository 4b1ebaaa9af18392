import { describe, expect, it } from 'vitest';
import { codeTable, readTile, writeTile } from '../../../../main/adapters/runtimes/samples.ts';
import type { TilePlan } from '../../../../main/core/tiling.ts';
import { emptyPlane } from '../../../helpers/planes.ts';

/** One tile that is all of a picture of `width` samples in one row. */
function row(width: number): TilePlan {
  return { width, height: 1, tiles: [{ x: 0, y: 0, core: { x: 0, y: 0, width, height: 1 } }] };
}

function written(values: readonly number[], bitDepth: number, inputMaximum: number): number[] {
  const plan = row(values.length);
  const plane = emptyPlane({ width: values.length, height: 1, bitDepth });
  const scale = { scale: 1, bitDepth, inputMaximum };
  writeTile(Float32Array.from(values), plan, plan.tiles[0]!, scale, [plane]);
  return [...plane.data];
}

describe('samples', () => {
  it('become numbers from 0 to the input maximum', () => {
    expect([...codeTable({ bitDepth: 8, inputMaximum: 255 })]).toEqual(Array.from({ length: 256 }, (_, i) => i));
    const table = codeTable({ bitDepth: 10, inputMaximum: 1 });
    expect(table.length).toBe(1024);
    expect(table[1023]).toBe(1);
    expect(table[341]).toBe(Math.fround(1 / 3));
  });

  it('are clamped, then rounded half up', () => {
    const codes = [-1e30, -0.6, -0.4, 0.49, 0.5, 1.5, 2.5, 254.4, 254.5, 255.4, 300, 1e30, Infinity, NaN];
    expect(written(codes, 8, 255)).toEqual([0, 0, 0, 0, 1, 2, 3, 254, 255, 255, 255, 255, 255, 0]);
    expect(written([0.5, 1, 1.01], 10, 1)).toEqual([512, 1023, 1023]);
    expect(written([0.5, 1], 16, 1)).toEqual([32768, 65535]);
  });

  it('repeat the edge where a tile reaches past the picture', () => {
    const plane = emptyPlane({ width: 2, height: 2, gap: 1 });
    plane.data.set([1, 2, 99, 3, 4, 99]);
    const plan: TilePlan = { ...row(4), height: 3 };
    const target = new Float32Array(12);
    readTile([plane], plan, plan.tiles[0]!, codeTable({ bitDepth: 8, inputMaximum: 255 }), target);
    expect([...target]).toEqual([1, 2, 2, 2, 3, 4, 4, 4, 3, 4, 4, 4]);
  });

  it('of a tile’s halo stay unwritten', () => {
    const plan: TilePlan = { width: 3, height: 1, tiles: [] };
    const plane = emptyPlane({ width: 8, height: 2 });
    const tile = { x: 1, y: 0, core: { x: 2, y: 0, width: 1, height: 1 } };
    const numbers = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    writeTile(numbers, plan, tile, { scale: 2, bitDepth: 8, inputMaximum: 255 }, [plane]);
    expect([...plane.data]).toEqual([0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 9, 10, 0, 0]);
  });
});
