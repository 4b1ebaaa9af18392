import { describe, expect, it } from 'vitest';
import { imresize, imresize8 } from '../../../../main/core/quality/imresize.ts';
import { toFloat64, type Raster8 } from '../../../../main/core/quality/raster.ts';
import { contributions } from '../../../../main/core/quality/resize-taps.ts';
import { makePattern } from './pattern.ts';

// Expected values: dense matrices built from the continuous kernel in NumPy, rounded half up between the passes.
const HALF = [
  [80, 136, 138, 134, 96, 112],
  [133, 149, 147, 123, 154, 83],
  [113, 136, 137, 132, 144, 110],
  [132, 150, 173, 157, 158, 140],
  [149, 133, 99, 124, 111, 160],
  [151, 96, 120, 116, 118, 148],
];
const THIRD = [
  [111, 144, 127, 106],
  [122, 146, 139, 115],
  [142, 147, 146, 149],
  [137, 103, 115, 139],
];
const TWICE_FIRST_ROW = [-11.8857421875, -2.101806640625, 17.466064453125, 36.1953125, 54.0859375, 71.4140625];

describe('imresize8', () => {
  it.each([
    [1 / 2, HALF],
    [1 / 3, THIRD],
  ])('shrinks by %d as an independent program does', (scale, expected) => {
    expect([...imresize8(makePattern(12, 12), scale).data]).toEqual(expected.flat());
  });

  it('treats interleaved channels apart', () => {
    const grey = makePattern(9, 11);
    const data = new Uint8Array(grey.data.length * 3);
    grey.data.forEach((value, i) => data.set([value, 255 - value, 77], 3 * i));
    const small = imresize8({ ...grey, channels: 3, data }, 0.7);
    const channel = (c: number): number[] => [...small.data].filter((_, i) => i % 3 === c);
    expect([small.width, small.height]).toEqual([7, 8]);
    expect(channel(0)).toEqual([...imresize8(grey, 0.7).data]);
    const inverted: Raster8 = { ...grey, data: grey.data.map((value) => 255 - value) };
    expect(channel(1)).toEqual([...imresize8(inverted, 0.7).data]);
    expect(new Set(channel(2))).toEqual(new Set([77]));
  });
});

describe('imresize', () => {
  it('enlarges as an independent program does, without rounding', () => {
    const up = imresize(toFloat64(makePattern(12, 12)), 2);
    expect([up.width, up.height]).toEqual([24, 24]);
    TWICE_FIRST_ROW.forEach((value, x) => expect(up.data[x]).toBeCloseTo(value, 9));
  });

  it('enlarges by Lanczos with three lobes', () => {
    const impulse = { width: 9, height: 1, channels: 1, data: new Float64Array(9) } as const;
    impulse.data[4] = 1;
    const up = imresize(impulse, 2, { kernel: 'lanczos3' });
    const lobe = (x: number): number =>
      (Math.sin(Math.PI * x) / (Math.PI * x)) * (Math.sin((Math.PI * x) / 3) / ((Math.PI * x) / 3));
    const sum = [-2.25, -1.25, -0.25, 0.75, 1.75, 2.75].reduce((total, x) => total + lobe(x), 0);
    expect(up.data[8]! / up.data[18 + 8]!).toBeCloseTo(1, 12);
    expect(up.data[8]).toBeCloseTo(lobe(0.25) / sum, 12);
    expect(up.data[6]).toBeCloseTo(lobe(1.25) / sum, 12);
    expect(up.data[11]).toBeCloseTo(lobe(1.25) / sum, 12);
  });
});

describe('contributions', () => {
  it("has MATLAB's eight antialiased weights at half size", () => {
    const taps = contributions({ inLength: 32, scale: 0.5, kernel: 'bicubic', border: 'mirror' });
    const weights = [-3, -9, 29, 111, 111, 29, -9, -3].map((numerator) => numerator / 256);
    expect(taps.taps).toBe(8);
    expect([...taps.weights.subarray(8 * 5, 8 * 6)]).toEqual(weights);
    expect([...taps.indices.subarray(8 * 5, 8 * 6)]).toEqual([7, 8, 9, 10, 11, 12, 13, 14]);
  });

  it('mirrors with the edge sample doubled, or repeats the edge sample', () => {
    const first = (border: 'mirror' | 'replicate'): number[] => {
      const taps = contributions({ inLength: 32, scale: 0.5, kernel: 'bicubic', border });
      return [...taps.indices.subarray(0, taps.taps)];
    };
    expect(first('mirror')).toEqual([2, 1, 0, 0, 1, 2, 3, 4]);
    expect(first('replicate')).toEqual([0, 0, 0, 0, 1, 2, 3, 4]);
  });
});
