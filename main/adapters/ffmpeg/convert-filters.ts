import type { ColorInfo } from '../../core/color.ts';

/**
 * Filters that only bring samples into another layout or a finer chroma grid. Both ranges are named: where they are not, the
 * scaler of ffmpeg 5 squeezes full range into limited. Pure. @param options more of the scaler's
 */
export function convertFilters(format: string, range: ColorInfo['range'], ...options: readonly string[]): string[] {
  const named = range ?? 'tv';
  return [`scale=${[...options, `in_range=${named}`, `out_range=${named}`].join(':')}`, `format=${format}`];
}
