import type { Raster8 } from '../../../../main/core/quality/raster.ts';

/** The picture behind the expected values of these tests, which an independent program computed. */
export function makePattern(width: number, height: number, change = 0): Raster8 {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = ((x * 37 + y * 91 + x * y * 13) % 256) + change * (((x * 7 + y * 5) % 23) - 11);
      data[y * width + x] = Math.max(0, Math.min(255, value));
    }
  }
  return { width, height, channels: 1, data };
}
