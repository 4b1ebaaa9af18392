import type { Raster8, RasterF64 } from './raster.ts';

/**
 * What the values of a grey image are: `studio` takes them as luma as they are (the benchmarks' grey image), `full` are
 * full-range values that become 16 + 219/255 v (grey training crops).
 */
export type GreyRule = 'studio' | 'full';

/**
 * BT.601 studio luma in code values (16..235 for full-range RGB), not rounded:
 * Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255.
 * @param image 8-bit RGB or grey, left as it is
 * @param greyRule what a grey image's values are; ignored for RGB
 */
export function lumaOf(image: Raster8, greyRule: GreyRule = 'studio'): RasterF64 {
  const pixels = image.width * image.height;
  const data = new Float64Array(pixels);
  const from = image.data;
  if (image.channels === 1) {
    for (let i = 0; i < pixels; i++) data[i] = greyRule === 'studio' ? from[i]! : 16 + (219 / 255) * from[i]!;
  } else {
    for (let i = 0, j = 0; i < pixels; i++, j += 3) {
      data[i] = 16 + (65.481 * from[j]! + 128.553 * from[j + 1]! + 24.966 * from[j + 2]!) / 255;
    }
  }
  return { width: image.width, height: image.height, channels: 1, data };
}
