import { AppError } from '../../core/errors.ts';
import { lumaOf } from '../../core/quality/luma.ts';
import { psnr } from '../../core/quality/psnr.ts';
import type { Score } from '../../core/quality/protocol.ts';
import { ssim } from '../../core/quality/ssim.ts';
import { decodeImage } from '../../../models/search/train/data/decode-image.ts';

/**
 * PSNR-Y and SSIM-Y of two images, without any crop. Luma is not rounded.
 * @throws AppError `input-unsupported` when their sizes differ or only one is grey
 */
export async function comparePair(referencePath: string, candidatePath: string): Promise<Score> {
  const reference = await decodeImage(referencePath);
  const candidate = await decodeImage(candidatePath);
  if (reference.channels !== candidate.channels) {
    const [grey, coloured] = reference.channels === 1 ? ['reference', 'candidate'] : ['candidate', 'reference'];
    throw new AppError(
      'input-unsupported',
      `expected two grey or two colour images, but the ${grey} is grey and the ${coloured} is not`,
    );
  }
  const [a, b] = [lumaOf(reference), lumaOf(candidate)];
  return { psnrY: psnr(a, b), ssimY: ssim(a, b) };
}
