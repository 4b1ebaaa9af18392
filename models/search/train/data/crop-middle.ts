import type { Raster8 } from '../../../../main/core/quality/raster.ts';

/** @returns the image itself where no side is longer, else its middle */
export function cropMiddle(image: Raster8, largestSide: number): Raster8 {
  const width = Math.min(image.width, largestSide);
  const height = Math.min(image.height, largestSide);
  if (width === image.width && height === image.height) return image;
  const { channels } = image;
  const left = Math.floor((image.width - width) / 2);
  const top = Math.floor((image.height - height) / 2);
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * channels;
    data.set(image.data.subarray(from, from + width * channels), y * width * channels);
  }
  return { ...image, width, height, data };
}
