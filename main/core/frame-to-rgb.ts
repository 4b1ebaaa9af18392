import { createYuvToRgb, resolveMatrix } from './color-convert.ts';
import type { Frame, FrameFormat, Plane } from './frame.ts';
import { pixelFormatInfo } from './pixel-format.ts';
import { createToneMap } from './tone-map.ts';

/** Interleaved 8-bit R, G, B of one frame, for eyes on an ordinary screen. */
export interface ShownPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** The frame is HDR: its light was squeezed into what the screen has. */
  readonly toneMapped: boolean;
}

/**
 * A frame as a player would show it. Chroma is taken from the nearest sample: this is a picture to look at, never one
 * to compute with. HDR (PQ, HLG) is tone-mapped.
 */
export function frameToRgb(frame: Frame): ShownPicture {
  const { format } = frame;
  const { width, height, pixelFormat, color } = format;
  const { bitDepth, family } = pixelFormatInfo(pixelFormat);
  const planes = family === 'rgb' ? reorder(frame.planes) : planesToRgb(frame.planes, format);
  const tone = createToneMap(color.transfer, bitDepth);
  const data = new Uint8Array(width * height * 3);
  if (tone) tone(planes, data);
  else interleave(planes, data, bitDepth);
  return { width, height, data, toneMapped: tone !== null };
}

/** ffmpeg keeps planar RGB as G, B, R. */
function reorder([g, b, r]: readonly Plane[]): readonly Plane[] {
  return [r!, g!, b!];
}

/**
 * R, G and B in full range and the picture's own depth, of planes of grey or YUV.
 * @throws AppError `input-unsupported` for a matrix that is none of the linear ones
 */
export function planesToRgb(
  planes: readonly Plane[],
  { width, height, pixelFormat, color }: Omit<FrameFormat, 'timeBase'>,
): readonly Plane[] {
  const { bitDepth, family, impliesFullRange, chromaShiftX, chromaShiftY } = pixelFormatInfo(pixelFormat);
  const shape = { width, height, stride: width };
  const make = () => ({ ...shape, data: new (bitDepth > 8 ? Uint16Array : Uint8Array)(width * height) });
  const chroma = [make(), make()];
  chroma.forEach((target, index) => {
    if (family === 'gray') target.data.fill(2 ** (bitDepth - 1));
    else repeat(planes[index + 1]!, target, chromaShiftX, chromaShiftY);
  });
  const luma = { ...shape, data: compact(planes[0]!) };
  const full = color.range === null ? impliesFullRange : color.range === 'pc';
  const out = [make(), make(), make()];
  createYuvToRgb(resolveMatrix(color, width, height), { bitDepth, full })([luma, ...chroma], out);
  return out;
}

function compact({ data, width, height, stride }: Plane): Plane['data'] {
  if (stride === width) return data;
  const packed = new (data.BYTES_PER_ELEMENT === 2 ? Uint16Array : Uint8Array)(width * height);
  for (let y = 0; y < height; y++) packed.set(data.subarray(y * stride, y * stride + width), y * width);
  return packed;
}

function repeat(from: Plane, to: Plane, shiftX: number, shiftY: number): void {
  for (let y = 0; y < to.height; y++) {
    const row = (y >> shiftY) * from.stride;
    const out = y * to.stride;
    for (let x = 0; x < to.width; x++) to.data[out + x] = from.data[row + (x >> shiftX)]!;
  }
}

function interleave([r, g, b]: readonly Plane[], out: Uint8Array, bitDepth: number): void {
  const shift = bitDepth - 8;
  const [red, green, blue] = [r!.data, g!.data, b!.data];
  for (let i = 0, j = 0; i < red.length; i++, j += 3) {
    out[j] = red[i]! >> shift;
    out[j + 1] = green[i]! >> shift;
    out[j + 2] = blue[i]! >> shift;
  }
}
