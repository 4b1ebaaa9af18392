import { requireAddon, whyEngineMissing } from './engine.ts';

export interface PlanePair {
  readonly reference: Uint8Array | Uint16Array;
  readonly candidate: Uint8Array | Uint16Array;
  /** Samples; rows without padding. */
  readonly width: number;
  readonly height: number;
  /** Greatest code value. */
  readonly peak: number;
}

/** Mean squared error and mean SSIM of a plane. */
export interface PlaneSimilarity {
  readonly meanSquaredError: number;
  readonly ssim: number;
}

/**
 * Mean squared error and SSIM of two planes in C++, on a thread of Node's pool; main/core/quality is the definition.
 * @returns null where the engine is missing
 */
export function createNativeComparer(): ((pair: PlanePair) => Promise<PlaneSimilarity>) | null {
  if (whyEngineMissing() !== null) return null;
  const addon = requireAddon();
  return async ({ reference, candidate, width, height, peak }) => {
    const [squared, ssim] = await addon.comparePlanes(reference, width, candidate, width, width, height, peak);
    return { meanSquaredError: squared / (width * height), ssim };
  };
}
