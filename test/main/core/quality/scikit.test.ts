import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { msSsim } from '../../../../main/core/quality/ms-ssim.ts';
import { meanSquaredError, psnrOfError } from '../../../../main/core/quality/psnr.ts';
import { ssim } from '../../../../main/core/quality/ssim.ts';

interface Vector {
  readonly width: number;
  readonly height: number;
  readonly peak: number;
  readonly seed: number;
  readonly psnr: number;
  readonly ssim: number;
}

/** Made by make_scikit_vectors.py beside it, which draws the same pictures. */
const VECTORS = new URL('../../../fixtures/quality/scikit-vectors.json', import.meta.url);
const { rows } = JSON.parse(readFileSync(VECTORS, 'utf8')) as { rows: Vector[] };

function draw({ width, height, peak, seed }: Omit<Vector, 'psnr' | 'ssim'>) {
  const [a, b] = [new Uint16Array(width * height), new Uint16Array(width * height)];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const smooth = Math.floor((x * x * 3 + y * y * 5 + x * y * seed) / 97);
      const mixed = (BigInt(x * 7919 + y * 104729 + seed * 31) * 2654435761n) >> 13n;
      const noise = Number(mixed % BigInt(Math.floor(peak / 16) + 1));
      const value = (smooth + noise) % (peak + 1);
      const change = (((x * 31 + y * 17 + seed) % 23) - 11) * Math.floor(peak / 255);
      a[y * width + x] = value;
      b[y * width + x] = Math.max(0, Math.min(peak, value + change));
    }
  }
  return [
    { width, height, data: a },
    { width, height, data: b },
  ] as const;
}

describe('scikit-image', () => {
  it.each(rows)('says the same of $width x $height, peak $peak', (row) => {
    const [a, b] = draw(row);
    expect(Math.abs(psnrOfError(meanSquaredError(a, b), row.peak) - row.psnr)).toBeLessThan(1e-4);
    expect(Math.abs(ssim(a, b, 0, row.peak) - row.ssim)).toBeLessThan(1e-6);
  });
});

describe('msSsim', () => {
  const [a, b] = draw({ width: 230, height: 190, peak: 255, seed: 4 });

  it('is 1 for equal pictures, and forgives fine noise more than SSIM does', () => {
    expect(msSsim(a, a)).toBeCloseTo(1, 12);
    expect(msSsim(a, b)).toBeLessThan(1);
    expect(msSsim(a, b)).toBeGreaterThan(ssim(a, b));
  });

  it('is the same in both directions', () => {
    expect(msSsim(a, b)).toBeCloseTo(msSsim(b, a), 12);
  });

  it('is refused below 176 pixels', () => {
    const small = draw({ width: 230, height: 175, peak: 255, seed: 4 });
    expect(() => msSsim(...small)).toThrow('expected at least 176 pixels each way for MS-SSIM but got 230x175');
  });
});
