import type { MediaInfo } from './media.ts';

/** Codecs that need about two thirds of H.264's bits for the same picture. */
const EFFICIENT = new Set(['hevc', 'vp9', 'av1', 'vvc']);
const FEW_BITS = { usual: 0.08, efficient: 0.05 } as const;

/** @returns bits per pixel of the whole file (its sound counts too), null where time or rate are not known */
export function bitsPerPixel({ sizeBytes, durationSeconds, video }: MediaInfo): number | null {
  const { width, height, averageFrameRate } = video;
  if (durationSeconds === null || durationSeconds <= 0 || averageFrameRate === null) return null;
  const rate = averageFrameRate.num / averageFrameRate.den;
  const pixels = width * height * rate * durationSeconds;
  return pixels > 0 && Number.isFinite(pixels) ? (8 * sizeBytes) / pixels : null;
}

/**
 * Whether the clip's blocks and blur will be seen after enlarging: fewer than 0.08 bits per pixel, 0.05 for codecs later
 * than H.264. x264 at crf 23 lies about there.
 */
export function isCompressedHard(media: MediaInfo): boolean {
  const bits = bitsPerPixel(media);
  if (bits === null) return false;
  return bits < (EFFICIENT.has(media.video.codec) ? FEW_BITS.efficient : FEW_BITS.usual);
}
