/** Layouts that decoders deliver and nothing here computes on: the planar format that has the very same samples. Pure. */
import type { ColorInfo } from '../../core/color.ts';
import type { PixelFormat } from '../../core/pixel-format.ts';
import { convertFilters } from './convert-filters.ts';

/** Of two formats of one depth the second is the first with its samples in other places; ffmpeg moves them exactly. */
const PLANAR_OF: Readonly<Record<string, PixelFormat>> = {
  ...same('gbrp', ['rgb24', 'bgr24', 'rgb0', 'bgr0', '0rgb', '0bgr']),
  ...same('gbrap', ['rgba', 'bgra', 'argb', 'abgr', 'pal8', 'ya8']),
  ...same('gbrp16le', ['rgb48le', 'rgb48be', 'gbrp16be']),
  ...same('gbrap16le', ['rgba64le', 'rgba64be', 'gbrap16be', 'ya16be', 'ya16le']),
  ...same('gray', ['monow', 'monob']),
  ...same('gray16le', ['gray16be']),
  ...same('yuv420p', ['nv12', 'nv21']),
  ...same('yuv422p', ['nv16', 'yuyv422', 'uyvy422', 'yvyu422']),
  ...same('yuv420p10le', ['p010le', 'p010be', 'yuv420p10be']),
  ...same('yuv422p10le', ['p210le', 'y210le', 'nv20le', 'yuv422p10be']),
  ...same('yuv444p10le', ['yuv444p10be', 'p410le']),
};

function same(planar: PixelFormat, names: readonly string[]): Record<string, PixelFormat> {
  return Object.fromEntries(names.map((name) => [name, planar]));
}

export interface Repacking {
  readonly planar: PixelFormat;
  /** ffmpeg filters that bring frames of this range into it. */
  filters(range: ColorInfo['range']): readonly string[];
}

/** @returns `null` for a layout that is planar already, or that is not known */
export function repack(name: string): Repacking | null {
  const planar = PLANAR_OF[name];
  if (planar === undefined) return null;
  // Named, since a scaler that ffmpeg puts in by itself would be a sign that the video changes midway.
  const then = (format: string, last: readonly string[]) => (range: ColorInfo['range']) =>
    convertFilters(format, range).concat(last);
  if (planar === 'gbrap') {
    // Colours by number become colours first: no way leads from there to planes at once.
    if (name === 'pal8') return { planar, filters: then('bgra', [SPLIT]) };
    return { planar, filters: () => (name === 'ya8' ? [SPLIT_GREY] : [SPLIT]) };
  }
  if (!name.startsWith('ya16')) return { planar, filters: then(planar, []) };
  return { planar, filters: (range) => then('rgba64le', convertFilters(planar, range))(range) };
}

/** From ffmpeg 5 on its scaler adds one to every transparency above half. */
const SPLIT = 'extractplanes=r+g+b+a[r][g][b][a];[r][g][b][a]mergeplanes=0x10200030:gbrap';
const SPLIT_GREY = 'extractplanes=y+a[y][a];[y][a]mergeplanes=0x00000010:gbrap';
