import type { Tensor } from '../autodiff/tensor.ts';
import { sizeOf } from '../autodiff/tensor.ts';
import { affine, log, meanAbsoluteError, meanAll, meanSquaredError, mul, sub, sumTo } from '../autodiff/ops.ts';

/**
 * What a training makes small: the mean absolute error, the mean squared error, or the mean over the patches of
 * 10 log10(mean squared error of the patch + {@link PSNR_FLOOR}), which is minus the PSNR that quality is judged by: a mean
 * over pictures, not over pixels, so an easy patch counts as much as a hard one (source: HINet, Chen et al., CVPRW 2021).
 */
export type Loss = 'l1' | 'l2' | 'psnr';

/** By which networks become what they are to be: searched, pruned, tuned and trained under rounding. */
export const JUDGED_LOSS = 'psnr' satisfies Loss;

/** The mean squared error of rounding to 8 bits, which what is judged has on top. The CPU engine has the same number. */
export const PSNR_FLOOR = 1 / (12 * 255 ** 2);

/** @returns the loss of a batch, shape []; prediction and target [N,C,H,W], 0 to 1 */
export function lossOf(kind: Loss, prediction: Tensor, target: Tensor): Tensor {
  if (kind === 'l1') return meanAbsoluteError(prediction, target);
  if (kind === 'l2') return meanSquaredError(prediction, target);
  const difference = sub(prediction, target);
  const [patches] = prediction.shape as [number];
  const sums = sumTo(mul(difference, difference), [patches, 1, 1, 1]);
  const means = affine(sums, patches / sizeOf(prediction.shape), PSNR_FLOOR);
  return affine(meanAll(log(means)), 10 / Math.LN10);
}
