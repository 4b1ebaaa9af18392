import { describe, expect, it } from 'vitest';
import { msSsim } from '../../../main/core/quality/ms-ssim.ts';
import { meanSquaredError } from '../../../main/core/quality/psnr.ts';
import { ssim } from '../../../main/core/quality/ssim.ts';
import { whyEngineMissing } from '../../../native-bridge/cpu/engine.ts';
import { createNativeComparer } from '../../../native-bridge/cpu/similarity.ts';

if (whyEngineMissing() !== null) console.warn(`skipped: ${String(whyEngineMissing())}`);

describe.skipIf(whyEngineMissing() !== null)('createNativeComparer', () => {
  const compare = createNativeComparer()!;

  it.each([
    [11, 11, 255],
    [12, 40, 255],
    [33, 17, 1023],
    [200, 31, 4095],
    [257, 64, 65535],
    // Around a strip of columns, and the least for MS-SSIM.
    [73, 12, 255],
    [74, 12, 255],
    [75, 12, 255],
    [176, 177, 255],
    [211, 190, 1023],
  ])('is the definition for %i x %i, peak %i', async (width, height, peak) => {
    const make = (seed: number) => {
      const Samples = peak === 255 ? Uint8Array : Uint16Array;
      return new Samples(width * height).map((_, i) => ((i * i * seed + i * 7919) % 9973) % (peak + 1));
    };
    const [a, b] = [make(3), make(5)];
    const isLarge = Math.min(width, height) >= 176;
    const found = await compare({ reference: a, candidate: b, width, height, peak, msSsim: isLarge });
    const [x, y] = [
      { width, height, data: a },
      { width, height, data: b },
    ];
    expect(found.meanSquaredError).toBeCloseTo(meanSquaredError(x, y), 6);
    expect(Math.abs(found.ssim - ssim(x, y, 0, peak))).toBeLessThan(1e-11);
    if (isLarge) expect(Math.abs(found.msSsim! - msSsim(x, y, peak))).toBeLessThan(1e-11);
    else expect(found.msSsim).toBeNull();
    const same = await compare({ reference: a, candidate: a, width, height, peak, msSsim: isLarge });
    expect(same.ssim).toBeCloseTo(1, 12);
    if (isLarge) expect(same.msSsim).toBeCloseTo(1, 12);
  });

  it('refuses what would read beyond a plane', async () => {
    const plane = new Uint8Array(20 * 20);
    const ask = (more: object) => async () =>
      compare({ reference: plane, candidate: plane, width: 20, height: 20, peak: 255, msSsim: false, ...more });
    await expect(ask({ height: 21 })).rejects.toThrow('too few samples');
    await expect(ask({ width: 10 })).rejects.toThrow('less than 11x11');
    await expect(ask({ msSsim: true })).rejects.toThrow('less than 176x176');
    await expect(ask({ candidate: new Uint16Array(400) })).rejects.toThrow('arrays of two types');
    await expect(ask({ reference: new Float64Array(400) })).rejects.toThrow('another type of array');
  });
});
