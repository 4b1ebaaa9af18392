import { prepareTrial, scoreTrial, type Protocol } from '../../core/quality/protocol.ts';
import { decodeImage } from '../../../models/search/train/data/decode-image.ts';
import type { ReferenceSet } from './references.ts';
import type { Upscaler, UpscalerFacts } from './upscaler.ts';

/** One line of the table: an upscaler on a set. */
export interface CompareRow extends UpscalerFacts {
  readonly set: string;
  readonly protocol: Protocol;
  readonly images: number;
  /** dB and mean SSIM on luma, means over the images. */
  readonly psnrY: number;
  readonly ssimY: number;
}

export interface CompareSetsOptions {
  readonly scale: number;
  readonly protocol: Protocol;
  readonly onProgress?: ((image: string, done: number, total: number) => void) | undefined;
}

/**
 * Judges every upscaler on every set.
 * @returns rows in the order of the sets, then of the upscalers
 */
export async function compareSets(
  sets: readonly ReferenceSet[],
  upscalers: readonly Upscaler[],
  options: CompareSetsOptions,
): Promise<CompareRow[]> {
  const rows: CompareRow[] = [];
  const total = sets.reduce((sum, { images }) => sum + images.length, 0);
  let done = 0;
  for (const { set, images } of sets) {
    const sums = upscalers.map(() => ({ psnrY: 0, ssimY: 0 }));
    for (const image of images) {
      options.onProgress?.(`${set}/${image.name}`, done++, total);
      const shipped = image.shippedLr === null ? undefined : await decodeImage(image.shippedLr);
      const trial = prepareTrial(options.protocol, await decodeImage(image.path), options.scale, shipped);
      for (const [index, upscaler] of upscalers.entries()) {
        const score = scoreTrial(trial, await upscaler.upscale(trial.lr));
        sums[index]!.psnrY += score.psnrY / images.length;
        sums[index]!.ssimY += score.ssimY / images.length;
      }
    }
    upscalers.forEach(({ facts }, index) => {
      rows.push({ ...facts, set, protocol: options.protocol, images: images.length, ...sums[index]! });
    });
  }
  return rows;
}
