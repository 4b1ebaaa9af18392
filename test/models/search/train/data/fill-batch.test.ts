import { describe, expect, it } from 'vitest';
import { copyPatch } from '../../../../../models/search/train/data/fill-batch.ts';
import { pickLevels } from '../../../../../models/search/train/data/levels.ts';
import type { PairStore, StoredPair } from '../../../../../models/search/train/data/pair-store.ts';
import { pickPatch, tabulatePatches } from '../../../../../models/search/train/data/patch-picker.ts';

const where = { set: 't91', file: 't91/a.webp', validation: false, level: 1 };

/** Two images whose samples all differ, end to end. */
function makeStore(scale: number): PairStore {
  const first: StoredPair = { ...where, lrWidth: 6, lrHeight: 5, lrOffset: 0, hrOffset: 0 };
  const second: StoredPair = { ...where, lrWidth: 7, lrHeight: 8, lrOffset: 30, hrOffset: 30 * scale * scale };
  const lr = new Uint8Array(86).map((_, i) => i + 1);
  const hr = new Uint16Array(86 * scale * scale).map((_, i) => 256 * 3 + i);
  return { pairs: [first, second], lr, hr };
}

type Grid = number[][];

function gridOf(samples: Uint8Array | Uint16Array, first: number, stride: number, side: number): Grid {
  return Array.from({ length: side }, (_, y) =>
    Array.from({ length: side }, (_, x) => samples[first + y * stride + x]!),
  );
}

function turnGrid(grid: Grid, turn: number): Grid {
  let turned = turn & 1 ? grid.map((row) => row.toReversed()) : grid;
  if (turn & 2) turned = turned.toReversed();
  return turn & 4 ? turned.map((_, y) => turned.map((row) => row[y]!)) : turned;
}

describe('copyPatch', () => {
  const cases = [2, 3, 4].flatMap((scale) => [0, 1, 2, 3, 4, 5, 6, 7].map((turn) => [scale, turn] as const));

  it.each(cases)('turns LR and HR alike and packs HR in depth-to-space order: x%i, turn %i', (scale, turn) => {
    const store = makeStore(scale);
    const side = 4;
    const [pair, x, y] = [store.pairs[1]!, 2, 3];
    const lr = new Float32Array(2 * 16);
    const hr = new Float32Array(2 * 16 * scale * scale);
    copyPatch(store, { pair, x, y, turn, levels: pickLevels(0.9) }, { side, scale, index: 1 }, lr, hr);

    const expectedLr = turnGrid(gridOf(store.lr, 30 + y * 7 + x, 7, side), turn);
    expect([...lr.subarray(16)]).toEqual(expectedLr.flat().map((value) => Math.fround(value / 255)));
    const hrFirst = pair.hrOffset + y * scale * 7 * scale + x * scale;
    const expectedHr = turnGrid(gridOf(store.hr, hrFirst, 7 * scale, side * scale), turn);
    for (let dy = 0; dy < scale; dy++) {
      for (let dx = 0; dx < scale; dx++) {
        const channel = (scale * scale + dy * scale + dx) * 16;
        for (let i = 0; i < 16; i++) {
          const value = expectedHr[(i >> 2) * scale + dy]![(i & 3) * scale + dx]!;
          expect(hr[channel + i]).toBeCloseTo(value / 256 / 255, 7);
        }
      }
    }
    expect(lr.subarray(0, 16).every((value) => value === 0)).toBe(true);
  });

  it('draws LR and HR out to the full range alike', () => {
    const [pair] = makeStore(2).pairs;
    // Black, white, a code between them, and what an encoder made darker than black.
    const lr = Uint8Array.of(16, 235, 125, 14);
    const hr = Uint16Array.from({ length: 16 }, (_, i) => 256 * lr[i >> 2]!);
    const store = { pairs: [{ ...pair!, lrWidth: 2, lrHeight: 2 }], lr, hr };
    const [gotLr, gotHr] = [new Float32Array(4), new Float32Array(16)];
    const patch = { pair: store.pairs[0]!, x: 0, y: 0, turn: 0, levels: pickLevels(0.1) };
    copyPatch(store, patch, { side: 2, scale: 2, index: 0 }, gotLr, gotHr);
    expect([...gotLr]).toEqual([0, 1, Math.fround(109 / 219), 0]);
    // Rows of four samples at HR size: the first row is all black, the third between.
    expect([gotHr[0], gotHr[2], gotHr[4]]).toEqual([0, Math.fround(109 / 219), 0]);
  });

  it('has eight different turns', () => {
    const grid = gridOf(makeStore(2).lr, 0, 6, 3);
    expect(new Set([0, 1, 2, 3, 4, 5, 6, 7].map((turn) => String(turnGrid(grid, turn)))).size).toBe(8);
  });
});

describe('pickPatch', () => {
  const store = makeStore(2);

  it('is a pure function of seed, step and sample', () => {
    const table = tabulatePatches(store.pairs, 3);
    const pick = (seed: number, step: number, sample: number): string =>
      JSON.stringify(pickPatch(table, store, { seed, step, sample }));
    const forwards = Array.from({ length: 50 }, (_, i) => pick(7, i, i % 4));
    const backwards = Array.from({ length: 50 }, (_, i) => pick(7, 49 - i, (49 - i) % 4)).toReversed();
    expect(backwards).toEqual(forwards);
    expect(Array.from({ length: 50 }, (_, i) => pick(8, i, i % 4))).not.toEqual(forwards);
    expect(new Set(Array.from({ length: 40 }, (_, sample) => pick(7, 0, sample))).size).toBeGreaterThan(20);
  });

  it('reaches every position and turn, and stays inside the images', () => {
    const table = tabulatePatches(store.pairs, 4);
    const turns = new Set<number>();
    const positions = new Set<string>();
    for (let step = 0; step < 2000; step++) {
      const { pair, x, y, turn } = pickPatch(table, store, { seed: 1, step, sample: 0 });
      expect(x >= 0 && y >= 0 && x + 4 <= pair.lrWidth && y + 4 <= pair.lrHeight).toBe(true);
      turns.add(turn);
      positions.add(`${pair.lrOffset} ${x} ${y}`);
    }
    expect(turns.size).toBe(8);
    expect(positions.size).toBeGreaterThan(3 * 2 + 4 * 5 - 4);
  });

  it('draws an eighth of all samples out, whatever is in them', () => {
    const table = tabulatePatches(store.pairs, 4);
    const drawn = Array.from({ length: 4000 }, (_, step) => pickPatch(table, store, { seed: 2, step, sample: 1 }));
    const share = drawn.filter(({ levels }) => levels.black > 0).length / drawn.length;
    expect(share).toBeGreaterThan(0.11);
    expect(share).toBeLessThan(0.14);
    expect(new Set(drawn.map(({ levels, turn }) => `${levels.black} ${turn}`)).size).toBe(16);
  });

  it('prefers detail', () => {
    const pair: StoredPair = { ...where, lrWidth: 64, lrHeight: 8, lrOffset: 0, hrOffset: 0 };
    const lr = new Uint8Array(512).map((_, i) => (i % 64 < 32 ? 128 : (i * 97) % 256));
    const detailed = { pairs: [pair], lr, hr: new Uint16Array(2048) };
    const table = tabulatePatches(detailed.pairs, 8);
    let right = 0;
    for (let step = 0; step < 400; step++) {
      if (pickPatch(table, detailed, { seed: 3, step, sample: 0 }).x >= 28) right++;
    }
    expect(right).toBeGreaterThan(260);
  });

  it('refuses a patch that fits nowhere', () => {
    expect(() => tabulatePatches(store.pairs, 9)).toThrow('fits a training image, but got 9 LR pixels');
  });
});
