import { imresize8 } from '../../../../main/core/quality/imresize.ts';
import { lumaOf, type GreyRule } from '../../../../main/core/quality/luma.ts';
import { cropToMultiple, roundToU8, type Raster8 } from '../../../../main/core/quality/raster.ts';

/** Sets whose files are grey values of the full range, stored as RGB. */
const FULL_RANGE_GREY_SETS = new Set(['div2k_luma']);

/** HR is also used at these sizes: more textures per pixel, and less of what JPEG left. */
export const LEVELS = [1, 0.9, 0.8, 0.7, 0.6] as const;

/** Fraction steps of one code value in {@link PreparedImage.hr}. */
export const HR_STEPS = 256;

/** One HR image at one size with its LR, as luma. */
export interface PreparedImage {
  readonly level: number;
  readonly lrWidth: number;
  readonly lrHeight: number;
  /** 8-bit luma. */
  readonly lr: Uint8Array;
  /** Luma in 1/256 of a code value, `scale` times as wide and as high. */
  readonly hr: Uint16Array;
}

function firstChannel(image: Raster8): Raster8 {
  if (image.channels === 1) return image;
  const data = new Uint8Array(image.width * image.height);
  for (let i = 0; i < data.length; i++) data[i] = image.data[3 * i]!;
  return { ...image, channels: 1, data };
}

function prepareLevel(image: Raster8, scale: number, level: number, greyRule: GreyRule): PreparedImage {
  const resized = level === 1 ? image : imresize8(image, level);
  const cropped = cropToMultiple(resized, scale);
  const lr = roundToU8(lumaOf(imresize8(cropped, 1 / scale), greyRule));
  const luma = lumaOf(cropped, greyRule).data;
  const hr = new Uint16Array(luma.length);
  for (let i = 0; i < hr.length; i++) hr[i] = Math.round(luma[i]! * HR_STEPS);
  return { level, lrWidth: lr.width, lrHeight: lr.height, lr: lr.data, hr };
}

/**
 * Makes the LR/HR pairs of one training crop as protocol `model` does: downscaled as 8-bit RGB (or full-range grey),
 * luma afterwards.
 * @param levels which of {@link LEVELS}
 */
export function prepareImage(set: string, image: Raster8, scale: number, levels: readonly number[]): PreparedImage[] {
  const grey = FULL_RANGE_GREY_SETS.has(set) || image.channels === 1;
  const source = grey ? firstChannel(image) : image;
  return levels.map((level) => prepareLevel(source, scale, level, 'full'));
}
