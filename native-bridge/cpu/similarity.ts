import { requireAddon, whyEngineMissing } from './engine.ts';

export interface PlanePair {
  readonly reference: Uint8Array | Uint16Array;
  readonly candidate: Uint8Array | Uint16Array;
  /** Samples; rows without padding. */
  readonly width: number;
  readonly height: number;
  /** Greatest code value. */
  readonly peak: number;
  /** MS-SSIM as well, for planes of at least 176 samples each way. */
  readonly msSsim: boolean;
}

/** Mean squared error, mean SSIM and, where it was asked for, MS-SSIM of a plane. */
export interface PlaneSimilarity {
  readonly meanSquaredError: number;
  readonly ssim: number;
  readonly msSsim: number | null;
}

/**
 * Mean squared error, SSIM and MS-SSIM of two planes in C++, on a thread of Node's pool; main/core/quality is the definition.
 * @returns null where the engine is missing
 */
export function createNativeComparer(): ((pair: PlanePair) => Promise<PlaneSimilarity>) | null {
  if (whyEngineMissing() !== null) return null;
  const addon = requireAddon();
  return async ({ reference, candidate, width, height, peak, msSsim: isMultiScale }) => {
    const planes = [reference, width, candidate, width, width, height] as const;
    const [squared, ssim, msSsim] = await addon.comparePlanes(...planes, peak, isMultiScale);
    return { meanSquaredError: squared / (width * height), ssim, msSsim: isMultiScale ? msSsim : null };
  };
}
