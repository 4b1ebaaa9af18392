import type { Plane } from './frame.ts';
import { pixelFormatInfo } from './pixel-format.ts';
import type { PixelFormat } from './pixel-format.ts';

/** Codes of one depth as codes of another: black stays black, white stays white, and grey stays without colour. */
export type ChangeDepth = (plane: Plane, index: number) => Plane;

/**
 * @param full whether luma and chroma span all codes; limited range only gains or loses the lowest bits
 * @returns `null` where both formats have the same depth
 */
export function createDepthChange(from: PixelFormat, to: PixelFormat, full: boolean): ChangeDepth | null {
  const [source, target] = [pixelFormatInfo(from), pixelFormatInfo(to)];
  if (source.bitDepth === target.bitDepth) return null;
  const span = (2 ** target.bitDepth - 1) / (2 ** source.bitDepth - 1);
  const shift = 2 ** (target.bitDepth - source.bitDepth);
  const top = 2 ** target.bitDepth - 1;
  const codes = Array.from({ length: 2 ** source.bitDepth }, (_, code) => code);
  const stretched = Uint16Array.from(codes, (code) => Math.round(code * span));
  const shifted = Uint16Array.from(codes, (code) => Math.min(top, Math.round(code * shift)));
  const neutral = 2 ** (source.bitDepth - 1);
  const around = Uint16Array.from(codes, (code) =>
    Math.min(top, Math.round((code - neutral) * span) + neutral * shift),
  );
  const isRgb = source.family === 'rgb';
  const tableOf = (index: number): Uint16Array => {
    if (isRgb || index === 3) return stretched; // Alpha has no other range.
    return full ? (index === 0 ? stretched : around) : shifted;
  };
  return (plane, index) => {
    const { data, width, height, stride } = plane;
    const table = tableOf(index);
    const out = new Uint16Array(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) out[y * width + x] = table[data[y * stride + x]!]!;
    }
    return { data: out, width, height, stride: width };
  };
}
