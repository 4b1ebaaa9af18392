import { AppError } from '../errors.ts';
import { requireSameSize, type LumaPlane } from './psnr.ts';

const WINDOW = 11;
const SIGMA = 1.5;

/** SSIM's two constants for a greatest code value. */
interface Constants {
  readonly c1: number;
  readonly c2: number;
}

const GAUSSIAN = Float64Array.from({ length: WINDOW }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * SIGMA * SIGMA)));
const GAUSSIAN_SUM = GAUSSIAN.reduce((sum, weight) => sum + weight, 0);
GAUSSIAN.forEach((weight, i) => (GAUSSIAN[i] = weight / GAUSSIAN_SUM));

/** Columns of a ring of WINDOW horizontally filtered rows, for x, y, x*x, y*y and x*y. */
const MOMENTS = 5;

function filterRow(
  a: LumaPlane['data'],
  b: LumaPlane['data'],
  from: number,
  out: Float64Array,
  outWidth: number,
): void {
  for (let x = 0; x < outWidth; x++) {
    let sa = 0;
    let sb = 0;
    let saa = 0;
    let sbb = 0;
    let sab = 0;
    for (let t = 0; t < WINDOW; t++) {
      const va = a[from + x + t]!;
      const vb = b[from + x + t]!;
      const weight = GAUSSIAN[t]!;
      sa += weight * va;
      sb += weight * vb;
      saa += weight * va * va;
      sbb += weight * vb * vb;
      sab += weight * va * vb;
    }
    out[x] = sa;
    out[outWidth + x] = sb;
    out[2 * outWidth + x] = saa;
    out[3 * outWidth + x] = sbb;
    out[4 * outWidth + x] = sab;
  }
}

/** Sums over a row of windows: SSIM, and its contrast and structure alone. */
function addRow(moments: Float64Array, width: number, { c1, c2 }: Constants, sums: Parts): void {
  for (let x = 0; x < width; x++) {
    const ma = moments[x]!;
    const mb = moments[width + x]!;
    const va = moments[2 * width + x]! - ma * ma;
    const vb = moments[3 * width + x]! - mb * mb;
    const covariance = moments[4 * width + x]! - ma * mb;
    const contrast = (2 * covariance + c2) / (va + vb + c2);
    sums.contrast += contrast;
    sums.ssim += (contrast * (2 * ma * mb + c1)) / (ma * ma + mb * mb + c1);
  }
}

interface Parts {
  ssim: number;
  contrast: number;
}

/**
 * Mean SSIM (Wang et al. 2004): 11x11 gaussian window of sigma 1.5, K1 0.01, K2 0.03, L 255, biased moments, windows
 * that lie wholly inside only, float64.
 * @param crop samples left out on each side before any window is laid
 * @param peak greatest code value
 */
export function ssim(reference: LumaPlane, candidate: LumaPlane, crop = 0, peak = 255): number {
  return ssimParts(reference, candidate, crop, peak).ssim;
}

/** Mean SSIM and the mean of its contrast and structure alone, as multi-scale SSIM takes them. */
export function ssimParts(reference: LumaPlane, candidate: LumaPlane, crop: number, peak: number): Readonly<Parts> {
  requireSameSize(reference, candidate);
  const constants = { c1: (0.01 * peak) ** 2, c2: (0.03 * peak) ** 2 };
  const outWidth = reference.width - 2 * crop - WINDOW + 1;
  const outHeight = reference.height - 2 * crop - WINDOW + 1;
  if (outWidth < 1 || outHeight < 1) {
    const size = `${reference.width}x${reference.height}`;
    throw new AppError(
      'input-unsupported',
      `expected an image of at least ${WINDOW + 2 * crop} pixels, but got ${size}`,
    );
  }
  const rowLength = MOMENTS * outWidth;
  const ring = Array.from({ length: WINDOW }, () => new Float64Array(rowLength));
  const moments = new Float64Array(rowLength);
  const sums = { ssim: 0, contrast: 0 };
  for (let y = 0; y < outHeight + WINDOW - 1; y++) {
    const from = (y + crop) * reference.width + crop;
    filterRow(reference.data, candidate.data, from, ring[y % WINDOW]!, outWidth);
    if (y < WINDOW - 1) continue;
    moments.fill(0);
    for (let t = 0; t < WINDOW; t++) {
      const weight = GAUSSIAN[t]!;
      const row = ring[(y - WINDOW + 1 + t) % WINDOW]!;
      for (let i = 0; i < rowLength; i++) moments[i]! += weight * row[i]!;
    }
    addRow(moments, outWidth, constants, sums);
  }
  const windows = outWidth * outHeight;
  return { ssim: sums.ssim / windows, contrast: sums.contrast / windows };
}
