import { AppError } from '../../../core/errors.ts';
import { lumaOf } from '../../../core/quality/luma.ts';
import { msSsim, MS_SSIM_LEAST_SIDE } from '../../../core/quality/ms-ssim.ts';
import { meanSquaredError, psnrOfError } from '../../../core/quality/psnr.ts';
import type { Raster8 } from '../../../core/quality/raster.ts';
import { ssim } from '../../../core/quality/ssim.ts';
import { decodeImage } from '../../../../models/search/train/data/decode-image.ts';
import type { Pair } from './pair-up.ts';
import type { PairOptions } from './compare-pairs.ts';
import { EQUAL_DB, psnrOf, sumUpPlane } from './scores.ts';
import type { PairRow } from './scores.ts';

/**
 * Two pictures: luma of BT.601, not rounded, and the colours as they are. `crop` is cut off on every side.
 * @throws AppError `input-unsupported` for sizes that differ, or a grey picture beside a coloured one
 */
export async function compareImages({ reference, candidate }: Pair, options: PairOptions): Promise<PairRow> {
  const [a, b] = [await decodeImage(reference), await decodeImage(candidate)];
  if (a.channels !== b.channels) {
    const [grey, coloured] = a.channels === 1 ? ['reference', 'candidate'] : ['candidate', 'reference'];
    const message = `expected two grey or two colour images, but the ${grey} is grey and the ${coloured} is not`;
    throw new AppError('input-unsupported', message);
  }
  const { crop } = options;
  const luma = [cropPlane(lumaOf(a), crop), cropPlane(lumaOf(b), crop)] as const;
  const error = meanSquaredError(...luma);
  const names = a.channels === 3 ? ['r', 'g', 'b'] : [];
  const colours = names.map((_, c) => meanSquaredError(channelOf(a, c), channelOf(b, c), crop));
  const isLarge = Math.min(luma[0].width, luma[0].height) >= MS_SSIM_LEAST_SIDE;
  const ssimY = ssim(...luma);
  const msSsimY = isLarge || options.msSsim ? msSsim(...luma) : null;
  const planes = [['y', error] as const, ...names.map((name, c) => [name, colours[c]!] as const)];
  const rgb = colours.length === 0 ? null : (colours[0]! + colours[1]! + colours[2]!) / 3;
  return {
    ...{
      reference,
      candidate,
      kind: 'image',
      width: a.width,
      height: a.height,
      aligned: [],
      filters: [],
      crop,
      frames: 1,
    },
    pixelFormat: a.channels === 1 ? 'gray' : 'rgb24',
    planes: planes.map(([name, mse]) => sumUpPlane(name, [mse], 255)),
    psnrY: psnrOf(error, 255) ?? EQUAL_DB,
    psnrRgb: rgb === null ? null : rgb === 0 ? EQUAL_DB : psnrOfError(rgb),
    ...{ ssimY, msSsimY, vmaf: null },
    scores: [{ frame: 0, meanSquaredErrors: planes.map(([, mse]) => mse), psnrY: psnrOf(error, 255), ssimY, msSsimY }],
    worst: [0],
  };
}

function channelOf({ width, height, data, channels }: Raster8, channel: number) {
  const plane = new Uint8Array(width * height);
  for (let i = 0; i < plane.length; i++) plane[i] = data[i * channels + channel]!;
  return { width, height, data: plane };
}

function cropPlane({ width, height, data }: { width: number; height: number; data: Float64Array }, crop: number) {
  if (crop === 0) return { width, height, data };
  const [w, h] = [width - 2 * crop, height - 2 * crop];
  if (w < 1 || h < 1)
    throw new AppError(
      'input-unsupported',
      `expected a picture larger than ${2 * crop} pixels, but got ${width}x${height}`,
    );
  const part = new Float64Array(w * h);
  for (let y = 0; y < h; y++) {
    const from = (y + crop) * width + crop;
    part.set(data.subarray(from, from + w), y * w);
  }
  return { width: w, height: h, data: part };
}
