import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../../main/core/errors.ts';
import { lumaOf } from '../../../../main/core/quality/luma.ts';
import { meanSquaredError, psnr } from '../../../../main/core/quality/psnr.ts';
import { prepareTrial, scoreTrial, upscaleByKernel } from '../../../../main/core/quality/protocol.ts';
import { cropToMultiple, roundToU8 } from '../../../../main/core/quality/raster.ts';
import { ssim } from '../../../../main/core/quality/ssim.ts';
import { makePattern } from './pattern.ts';

const reference = makePattern(17, 15);
const candidate = makePattern(17, 15, 1);

describe('psnr', () => {
  it('agrees with scikit-image', () => expect(psnr(reference, candidate)).toBeCloseTo(31.808414717463272, 10));

  it('is what one computes by hand', () => {
    const flat = { width: 3, height: 3, data: new Float64Array(9).fill(10) };
    const other = { width: 3, height: 3, data: Float64Array.of(99, 99, 99, 99, 12.5, 99, 99, 99, 99) };
    expect(meanSquaredError(flat, other, 1)).toBe(6.25);
    expect(psnr(flat, other, 1)).toBeCloseTo(20 * Math.log10(255 / 2.5), 12);
    expect(psnr(flat, flat)).toBe(Infinity);
  });

  it('refuses planes of different sizes and crops that leave nothing', () => {
    const refusal = (action: () => unknown): string => {
      try {
        action();
      } catch (error) {
        return isAppError(error) ? error.message : 'another error';
      }
      return 'none';
    };
    expect(refusal(() => psnr(reference, makePattern(15, 17)))).toContain('17x15 like the reference, but got 15x17');
    expect(refusal(() => psnr(reference, candidate, 8))).toContain('larger than 16 pixels');
    expect(refusal(() => ssim(reference, candidate, 3))).toContain('at least 17 pixels');
  });
});

describe('ssim', () => {
  it.each([
    [0, 0.9962183716714368],
    [2, 0.996240708017965],
  ])('agrees with scikit-image with %i samples cropped', (crop, expected) => {
    expect(ssim(reference, candidate, crop)).toBeCloseTo(expected, 12);
  });

  it('is 1 for equal planes', () => expect(ssim(reference, reference)).toBeCloseTo(1, 14));
});

describe('lumaOf', () => {
  it('is BT.601 in the studio range', () => {
    const data = Uint8Array.of(0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255);
    const luma = lumaOf({ width: 5, height: 1, channels: 3, data }).data;
    [16, 235, 81.481, 144.553, 40.966].forEach((value, i) => expect(luma[i]).toBeCloseTo(value, 10));
  });

  it('takes grey as it is, or as full range where that is asked for', () => {
    const grey = { width: 3, height: 1, channels: 1, data: Uint8Array.of(0, 100, 255) } as const;
    expect([...lumaOf(grey).data]).toEqual([0, 100, 255]);
    const full = lumaOf(grey, 'full').data;
    [16, 101.88235294117646, 235].forEach((value, i) => expect(full[i]).toBeCloseTo(value, 10));
  });
});

describe('rasters', () => {
  it('round half up and clip', () => {
    const image = { width: 5, height: 1, channels: 1, data: Float64Array.of(-3, 0.5, 1.49, 254.5, 300) } as const;
    expect([...roundToU8(image).data]).toEqual([0, 1, 1, 255, 255]);
  });

  it('are cropped from the top left', () => {
    const cropped = cropToMultiple(makePattern(7, 5), 3);
    expect([cropped.width, cropped.height]).toEqual([6, 3]);
    expect(cropped.data[6]).toBe(makePattern(7, 5).data[7]);
  });
});

describe('protocols', () => {
  it('differ in what the upscaler gets and in what it is compared with', () => {
    const data = new Uint8Array(31 * 33 * 3).map((_, i) => (i * 89 + (i % 7) * 31) % 256);
    const image = { width: 31, height: 33, channels: 3, data } as const;
    const model = prepareTrial('model', image, 2);
    const anchor = prepareTrial('anchor', image, 2);
    expect(model.lr.data.every(Number.isInteger)).toBe(true);
    expect(anchor.lr.data.every(Number.isInteger)).toBe(false);
    expect(model.hr.data.every(Number.isInteger)).toBe(false);
    expect(anchor.hr.data.every(Number.isInteger)).toBe(true);
    expect([model.hr.width, model.hr.height, model.lr.width, model.lr.height]).toEqual([30, 32, 15, 16]);
    expect(scoreTrial(anchor, roundToU8(anchor.hr)).psnrY).toBe(Infinity);
    expect(scoreTrial(model, upscaleByKernel(model, 'bicubic')).psnrY).toBeLessThan(30);
  });

  it('use the LR image that comes with a benchmark', () => {
    const shipped = { ...makePattern(8, 7), data: new Uint8Array(56).fill(42) };
    expect([...new Set(prepareTrial('model', makePattern(16, 14), 2, shipped).lr.data)]).toEqual([42]);
  });
});
