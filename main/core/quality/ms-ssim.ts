import { AppError } from '../errors.ts';
import type { LumaPlane } from './psnr.ts';
import { ssimParts } from './ssim.ts';

/** Wang, Simoncelli and Bovik 2003: a weight for each scale, the finest first. */
const WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333] as const;

/** Least width and height: at the coarsest of five scales an 11x11 window must still fit. */
export const MS_SSIM_LEAST_SIDE = 11 * 2 ** (WEIGHTS.length - 1);

/** @throws AppError `input-unsupported` below {@link MS_SSIM_LEAST_SIDE} */
export function requireMsSsimSize(width: number, height: number): void {
  if (Math.min(width, height) >= MS_SSIM_LEAST_SIDE) return;
  const message = `expected at least ${MS_SSIM_LEAST_SIDE} pixels each way for MS-SSIM but got ${width}x${height}`;
  throw new AppError('input-unsupported', message);
}

/**
 * Multi-scale SSIM: contrast and structure at five scales, luminance at the coarsest, each scale the mean of 2x2 samples
 * of the one before (an odd last row or column is left out).
 * @param peak greatest code value
 * @throws AppError `input-unsupported` below {@link MS_SSIM_LEAST_SIDE}
 */
export function msSsim(reference: LumaPlane, candidate: LumaPlane, peak = 255): number {
  requireMsSsimSize(reference.width, reference.height);
  let [a, b] = [reference, candidate];
  let product = 1;
  for (const [scale, weight] of WEIGHTS.entries()) {
    const isLast = scale === WEIGHTS.length - 1;
    const { ssim, contrast } = ssimParts(a, b, 0, peak);
    // A negative base has no such power; no similarity at all is what it means.
    product *= Math.max(0, isLast ? ssim : contrast) ** weight;
    if (!isLast) [a, b] = [halve(a), halve(b)];
  }
  return product;
}

function halve({ width, height, data }: LumaPlane): LumaPlane {
  const [w, h] = [width >> 1, height >> 1];
  const half = new Float64Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const i = 2 * y * width + 2 * x;
      half[y * w + x] = (data[i]! + data[i + 1]! + data[i + width]! + data[i + width + 1]!) / 4;
    }
  }
  return { width: w, height: h, data: half };
}
