import { imresize, imresize8 } from './imresize.ts';
import { lumaOf } from './luma.ts';
import { psnr } from './psnr.ts';
import { cropToMultiple, roundToU8, toFloat64, type Raster8, type RasterF64 } from './raster.ts';
import type { ResizeKernel } from './resize-taps.ts';
import { ssim } from './ssim.ts';

/**
 * How a figure was made. `anchor` reproduces the published bicubic figures; `model` is what every figure of ours uses:
 * the engine gets 8-bit luma and gives 8-bit luma, judged against HR luma that is not rounded.
 */
export const PROTOCOLS = ['anchor', 'model'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** One image ready to be judged. */
export interface Trial {
  readonly scale: number;
  /** What the upscaler gets: luma in code values; whole numbers under `model`. */
  readonly lr: RasterF64;
  /** HR luma that the result is compared with. */
  readonly hr: RasterF64;
}

/** PSNR in dB and SSIM of one luma plane. */
export interface Score {
  readonly psnrY: number;
  readonly ssimY: number;
}

/**
 * Prepares one image.
 * @param reference HR image, 8-bit RGB or grey (grey values are taken as luma as they are); cropped to a multiple of
 *   the scale
 * @param shippedLr the LR image that comes with a benchmark; without it one is made that is bit-equal to such a file.
 *   Protocol `anchor` makes its own from the luma and ignores it.
 */
export function prepareTrial(protocol: Protocol, reference: Raster8, scale: number, shippedLr?: Raster8): Trial {
  const cropped = cropToMultiple(reference, scale);
  const hr = lumaOf(cropped);
  if (protocol === 'anchor') {
    const rounded = toFloat64(roundToU8(hr));
    return { scale, hr: rounded, lr: imresize(rounded, 1 / scale) };
  }
  return { scale, hr, lr: toFloat64(roundToU8(lumaOf(shippedLr ?? imresize8(cropped, 1 / scale)))) };
}

/** Upscales a trial's LR luma by a fixed kernel and rounds it: the rows `bicubic` and `lanczos` of every table. */
export function upscaleByKernel(trial: Trial, kernel: ResizeKernel): Raster8 {
  return roundToU8(imresize(trial.lr, trial.scale, { kernel }));
}

/**
 * Judges an 8-bit luma plane, `scale` pixels cut off on every side.
 * @param upscaled one channel, as large as the trial's HR plane
 */
export function scoreTrial(trial: Trial, upscaled: Raster8): Score {
  return { psnrY: psnr(trial.hr, upscaled, trial.scale), ssimY: ssim(trial.hr, upscaled, trial.scale) };
}
