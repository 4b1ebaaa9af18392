import type { FrameFormat, Plane } from '../frame.ts';
import { planesToRgb } from '../frame-to-rgb.ts';
import { meanSquaredError } from './psnr.ts';

/** A picture of YUV planes and how to understand them. */
export interface ColouredPicture {
  readonly planes: readonly Plane[];
  readonly format: Omit<FrameFormat, 'timeBase'>;
}

/**
 * Mean squared error over R, G and B in full-range codes, each rounded: chroma is taken from the nearest sample, the matrix
 * is the one that each picture names.
 */
export function rgbError(reference: ColouredPicture, candidate: ColouredPicture): number {
  const [a, b] = [reference, candidate].map(({ planes, format }) => planesToRgb(planes, format)) as [Plane[], Plane[]];
  return a.reduce((sum, plane, channel) => sum + meanSquaredError(plane, b[channel]!), 0) / a.length;
}
