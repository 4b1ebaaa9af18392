import { describe, expect, it } from 'vitest';
import type { ColorInfo } from '../../../main/core/color.ts';
import { createRgbToYuv, createYuvToRgb, resolveMatrix } from '../../../main/core/color-convert.ts';
import type { CodeRange } from '../../../main/core/color-convert.ts';
import type { Plane } from '../../../main/core/frame.ts';

const unknown: ColorInfo = { range: null, matrix: null, primaries: null, transfer: null, chromaLocation: null };
const matrixOf = (matrix: string | null, width = 640, height = 360) =>
  resolveMatrix({ ...unknown, matrix }, width, height);

function planes(values: readonly number[], bitDepth: number): Plane[] {
  return values.map((value) => ({
    data: bitDepth > 8 ? Uint16Array.of(value) : Uint8Array.of(value),
    ...{ width: 1, height: 1, stride: 1 },
  }));
}

function convert(
  direction: typeof createYuvToRgb,
  matrix: string,
  range: CodeRange,
  values: readonly number[],
): number[] {
  const to = planes([0, 0, 0], range.bitDepth);
  direction(matrixOf(matrix), range)(planes(values, range.bitDepth), to);
  return to.map(({ data }) => data[0]!);
}

const tv = { bitDepth: 8, full: false };
const pc = { bitDepth: 8, full: true };

describe('colour conversion', () => {
  it('knows the colour bars of BT.601 and BT.709 (ITU-R tables, 8 bit)', () => {
    expect(convert(createRgbToYuv, 'smpte170m', tv, [255, 0, 0])).toEqual([81, 90, 240]);
    expect(convert(createRgbToYuv, 'smpte170m', tv, [0, 255, 0])).toEqual([145, 54, 34]);
    expect(convert(createRgbToYuv, 'bt709', tv, [255, 0, 0])).toEqual([63, 102, 240]);
    expect(convert(createRgbToYuv, 'bt709', tv, [0, 0, 255])).toEqual([32, 240, 118]);
    expect(convert(createRgbToYuv, 'bt709', tv, [255, 255, 255])).toEqual([235, 128, 128]);
    expect(convert(createRgbToYuv, 'bt2020nc', { bitDepth: 10, full: false }, [1023, 1023, 1023])).toEqual([
      940, 512, 512,
    ]);
    expect(convert(createYuvToRgb, 'bt709', tv, [16, 128, 128])).toEqual([0, 0, 0]);
    expect(convert(createYuvToRgb, 'bt709', tv, [235, 128, 128])).toEqual([255, 255, 255]);
    expect(convert(createYuvToRgb, 'bt470bg', pc, [76, 85, 255])).toEqual([254, 0, 0]);
  });

  it('leaves full-range grey as it is', () => {
    for (const value of [0, 1, 100, 254, 255]) {
      expect(convert(createYuvToRgb, 'bt709', pc, [value, 128, 128])).toEqual([value, value, value]);
    }
  });

  it('comes back within one code, whatever the matrix', () => {
    for (const matrix of ['smpte170m', 'bt709', 'bt2020nc', 'smpte240m', 'fcc']) {
      for (const yuv of [
        [90, 100, 150],
        [180, 140, 110],
        [60, 128, 128],
      ]) {
        const back = convert(createRgbToYuv, matrix, tv, convert(createYuvToRgb, matrix, tv, yuv));
        back.forEach((value, i) => expect(Math.abs(value - yuv[i]!)).toBeLessThanOrEqual(1));
      }
    }
  });

  it('guesses an unknown matrix by the size and says so', () => {
    expect(matrixOf(null)).toMatchObject({ name: 'smpte170m', guessed: true });
    expect(matrixOf('unknown', 1280, 534)).toMatchObject({ name: 'bt709', guessed: true });
    expect(matrixOf('bt470bg', 1920, 1080)).toMatchObject({ name: 'bt470bg', guessed: false });
    expect(() => matrixOf('ictcp')).toThrow(/expected a colour matrix .* but got ictcp/);
  });
});
