import type { Plane } from '../../core/frame.ts';
import type { PlaneSize } from '../../core/pixel-format.ts';

/** A plane's rows as bytes without gaps, padded to `size` by repeating the last column and row. No copy where none is needed. */
export function packPlane(plane: Plane, size: PlaneSize): Uint8Array {
  const { data, width, height, stride } = plane;
  if (width > size.width || height > size.height) {
    throw new RangeError(
      `expected a plane of at most ${String(size.width)}x${String(size.height)} but got ${String(width)}x${String(height)}`,
    );
  }
  if (stride === width && width === size.width && height === size.height) {
    return new Uint8Array(data.buffer, data.byteOffset, width * height * data.BYTES_PER_ELEMENT);
  }
  const samples = size.width * size.height;
  const out = data.BYTES_PER_ELEMENT === 2 ? new Uint16Array(samples) : new Uint8Array(samples);
  for (let y = 0; y < height; y++) {
    const start = y * size.width;
    out.set(data.subarray(y * stride, y * stride + width), start);
    out.fill(out[start + width - 1] ?? 0, start + width, start + size.width);
  }
  for (let y = height; y < size.height; y++) {
    out.copyWithin(y * size.width, (height - 1) * size.width, height * size.width);
  }
  return new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
}
