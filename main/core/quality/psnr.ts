import { AppError } from '../errors.ts';

/** One plane of samples in code values, rows without padding. */
export interface LumaPlane {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint16Array | Float32Array | Float64Array;
}

/** Refuses planes that cannot be compared sample by sample. */
export function requireSameSize(reference: LumaPlane, candidate: LumaPlane): void {
  if (reference.width === candidate.width && reference.height === candidate.height) return;
  throw new AppError(
    'input-unsupported',
    `expected a candidate of ${reference.width}x${reference.height} like the reference, but got ` +
      `${candidate.width}x${candidate.height}`,
  );
}

/**
 * Mean squared error over what is left after `crop` samples are cut off on every side.
 * @param crop samples to leave out on each side, 0 for none
 */
export function meanSquaredError(reference: LumaPlane, candidate: LumaPlane, crop = 0): number {
  requireSameSize(reference, candidate);
  const { width, height } = reference;
  const count = Math.max(0, width - 2 * crop) * Math.max(0, height - 2 * crop);
  if (count === 0) {
    throw new AppError(
      'input-unsupported',
      `expected an image larger than ${2 * crop} pixels, but got ${width}x${height}`,
    );
  }
  const a = reference.data;
  const b = candidate.data;
  let sum = 0;
  for (let y = crop; y < height - crop; y++) {
    for (let i = y * width + crop, end = (y + 1) * width - crop; i < end; i++) {
      const difference = a[i]! - b[i]!;
      sum += difference * difference;
    }
  }
  return sum / count;
}

/** PSNR in dB of a mean squared error; Infinity for 0. */
export function psnrOfError(meanSquared: number, peak = 255): number {
  return 10 * Math.log10((peak * peak) / meanSquared);
}

/**
 * PSNR in dB against a peak of 255 code values.
 * @param crop samples left out on each side: the scale, in both protocols
 */
export function psnr(reference: LumaPlane, candidate: LumaPlane, crop = 0): number {
  return psnrOfError(meanSquaredError(reference, candidate, crop));
}
