import { createYuvToRgb, resolveMatrix, yuvToRgbOf } from './color-convert.ts';
import type { CodeRange } from './color-convert.ts';
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
  const { planes, format } = frame;
  const { width, height, pixelFormat, color } = format;
  const { bitDepth, family } = pixelFormatInfo(pixelFormat);
  const tone = createToneMap(color.transfer, bitDepth);
  const data = new Uint8Array(width * height * 3);
  if (tone) tone(family === 'rgb' ? reorder(planes) : planesToRgb(planes, format), data);
  else if (family === 'rgb') interleave(reorder(planes), data, bitDepth);
  else showYuv(planes, format, data);
  return { width, height, data, toneMapped: tone !== null };
}

type PictureFormat = Omit<FrameFormat, 'timeBase'>;

/** Planes of grey or YUV straight to what is shown. */
function showYuv(planes: readonly Plane[], format: PictureFormat, out: Uint8Array): void {
  const { width, height, pixelFormat, color } = format;
  const { bitDepth, family, chromaShiftX, chromaShiftY } = pixelFormatInfo(pixelFormat);
  const { black, neutral, top, luma, rv, gu, gv, bu } = yuvToRgbOf(
    resolveMatrix(color, width, height),
    rangeOf(format),
  );
  const shift = bitDepth - 8;
  const isGray = family === 'gray';
  const [y, u, v] = planes;
  for (let row = 0, at = 0; row < height; row++) {
    const rowOf = ({ data, stride }: Plane, at: number) => data.subarray(at * stride, (at + 1) * stride);
    const ys = rowOf(y!, row);
    // Of grey any samples will do: they are not looked at.
    const us = isGray ? ys : rowOf(u!, row >> chromaShiftY);
    const vs = isGray ? ys : rowOf(v!, row >> chromaShiftY);
    for (let x = 0; x < width; x++, at += 3) {
      const base = (ys[x]! - black) * luma + 0.5;
      const du = isGray ? 0 : us[x >> chromaShiftX]! - neutral;
      const dv = isGray ? 0 : vs[x >> chromaShiftX]! - neutral;
      const [r, g, b] = [base + rv * dv, base - gu * du - gv * dv, base + bu * du];
      out[at] = r < 0 ? 0 : (r > top ? top : r) >> shift;
      out[at + 1] = g < 0 ? 0 : (g > top ? top : g) >> shift;
      out[at + 2] = b < 0 ? 0 : (b > top ? top : b) >> shift;
    }
  }
}

function rangeOf({ pixelFormat, color }: PictureFormat): CodeRange {
  const { bitDepth, impliesFullRange } = pixelFormatInfo(pixelFormat);
  return { bitDepth, full: color.range === null ? impliesFullRange : color.range === 'pc' };
}

/** ffmpeg keeps planar RGB as G, B, R. */
function reorder([g, b, r]: readonly Plane[]): readonly Plane[] {
  return [r!, g!, b!];
}

/**
 * R, G and B in full range and the picture's own depth, of planes of grey or YUV.
 * @throws AppError `input-unsupported` for a matrix that is none of the linear ones
 */
export function planesToRgb(planes: readonly Plane[], format: PictureFormat): readonly Plane[] {
  const { width, height, pixelFormat, color } = format;
  const { bitDepth, family, chromaShiftX, chromaShiftY } = pixelFormatInfo(pixelFormat);
  const shape = { width, height, stride: width };
  const make = () => ({ ...shape, data: new (bitDepth > 8 ? Uint16Array : Uint8Array)(width * height) });
  const chroma = [make(), make()];
  chroma.forEach((target, index) => {
    if (family === 'gray') target.data.fill(2 ** (bitDepth - 1));
    else repeat(planes[index + 1]!, target, chromaShiftX, chromaShiftY);
  });
  const luma = { ...shape, data: compact(planes[0]!) };
  const out = [make(), make(), make()];
  createYuvToRgb(resolveMatrix(color, width, height), rangeOf(format))([luma, ...chroma], out);
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
