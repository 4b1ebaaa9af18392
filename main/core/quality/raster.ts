/**
 * An image in memory: rows from top to bottom, samples of one pixel beside each other, no padding between rows.
 * `data.length === width * height * channels`. Code values 0..255 unless a function says otherwise.
 */
export interface Raster<Samples extends Uint8Array | Float64Array | Float32Array> {
  readonly width: number;
  readonly height: number;
  /** 1 for grey or luma, 3 for R, G, B. */
  readonly channels: 1 | 3;
  readonly data: Samples;
}

/** 8-bit image. */
export type Raster8 = Raster<Uint8Array>;

/** Image in float64: luma that is not rounded, or the result of a float resize. */
export type RasterF64 = Raster<Float64Array>;

/**
 * The same image in float64.
 * @param image any raster, left as it is
 */
export function toFloat64(image: Raster<Uint8Array | Float64Array | Float32Array>): RasterF64 {
  return { ...image, data: new Float64Array(image.data) };
}

/**
 * Code values rounded half up and clipped to 0..255.
 * @param image any raster, left as it is
 */
export function roundToU8(image: RasterF64): Raster8 {
  const data = new Uint8Array(image.data.length);
  for (let i = 0; i < data.length; i++) data[i] = Math.max(0, Math.min(255, Math.floor(image.data[i]! + 0.5)));
  return { ...image, data };
}

/**
 * The top-left part whose sides are multiples of `scale` (what every super-resolution benchmark scores).
 * @param image any raster, left as it is
 * @param scale positive integer
 */
export function cropToMultiple<T extends Uint8Array | Float64Array | Float32Array>(
  image: Raster<T>,
  scale: number,
): Raster<T> {
  const width = image.width - (image.width % scale);
  const height = image.height - (image.height % scale);
  if (width === image.width && height === image.height) return image;
  const data = image.data.slice(0, width * height * image.channels) as T;
  const rowLength = width * image.channels;
  for (let y = 1; y < height; y++) {
    const from = y * image.width * image.channels;
    data.set(image.data.subarray(from, from + rowLength), y * rowLength);
  }
  return { width, height, channels: image.channels, data };
}
