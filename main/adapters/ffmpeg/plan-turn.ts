/** Turned and mirrored pictures: by a note in the file where it holds one, else in the pixels. Pure. */
import type { ColorInfo } from '../../core/color.ts';
import type { VideoTrack } from '../../core/media.ts';
import { isMatroska } from '../../core/output-plan.ts';
import type { OutputContainer, PicturePlan } from '../../core/output-plan.ts';
import { findPixelFormat, pixelFormatInfo } from '../../core/pixel-format.ts';
import type { PixelFormat } from '../../core/pixel-format.ts';
import { convertFilters } from './convert-filters.ts';
import type { Capabilities } from './tools.ts';

type Rotation = PicturePlan['rotation'];

export function planRotation(
  { rotation: degrees, mirrored }: VideoTrack,
  container: OutputContainer,
  capabilities: Capabilities,
  notes: string[],
): Rotation {
  if (degrees === 0 && !mirrored) return { degrees, mirrored, how: 'none' };
  // No Matroska muxer of ffmpeg's writes a flip.
  const isHeld = container !== 'webm' && capabilities.rotationIn.includes(container);
  if (isHeld && !(mirrored && isMatroska(container))) return { degrees, mirrored, how: 'metadata' };
  const turn = [mirrored ? 'flipped' : '', degrees > 0 ? `turned by ${String(degrees)} degrees` : ''];
  const what = turn.filter((part) => part !== '').join(' and ');
  notes.push(`The picture itself is ${what}, since this ffmpeg cannot note that in a ${container} file.`);
  return { degrees, mirrored, how: 'pixels' };
}

const FLIPS: Readonly<Record<number, readonly string[]>> = {
  0: ['hflip'],
  90: ['transpose=clock_flip', 'hflip', 'vflip'],
  180: ['vflip'],
  270: ['transpose=cclock_flip'],
};
const TURNS: Readonly<Record<number, readonly string[]>> = {
  0: [],
  90: ['transpose=clock'],
  180: ['hflip', 'vflip'],
  270: ['transpose=cclock'],
};

/** @param format of the frames before; @param range of their samples */
export function turnFilters(
  { degrees, mirrored, how }: Rotation,
  format: PixelFormat,
  range: ColorInfo['range'],
): readonly string[] {
  if (how !== 'pixels') return [];
  const turn = (mirrored ? FLIPS : TURNS)[degrees] ?? [];
  const turned = turnedFormat(format, { degrees, how });
  // The colour of a pair lies on its left sample.
  return turned === format ? turn : [...convertFilters(turned, range, 'in_h_chr_pos=0'), ...turn];
}

/**
 * The format after the turn: no codec has colour that is halved downwards alone, which 4:2:2 would have after a quarter
 * turn, so that it becomes 4:4:4.
 */
export function turnedFormat(format: PixelFormat, { degrees, how }: Pick<Rotation, 'degrees' | 'how'>): PixelFormat {
  const info = pixelFormatInfo(format);
  if (how !== 'pixels' || !isSideways({ degrees }) || info.chromaShiftX === info.chromaShiftY) return format;
  return findPixelFormat({ ...info, chromaShiftX: 0, chromaShiftY: 0 }) ?? format;
}

/** True where width and height change places. */
export function isSideways({ degrees }: { readonly degrees: number }): boolean {
  return degrees === 90 || degrees === 270;
}

/** Where the chroma samples lie after a turn. What lies on the right has no name in any codec: then nothing is said. */
export function turnChroma(color: ColorInfo, { degrees, mirrored, how }: Rotation, format: PixelFormat): ColorInfo {
  const { chromaShiftX, chromaShiftY } = pixelFormatInfo(format);
  if (how === 'pixels' && chromaShiftX + chromaShiftY === 0) return { ...color, chromaLocation: null };
  if (how !== 'pixels' || color.chromaLocation === 'center') return color;
  const isLeft = color.chromaLocation === null || color.chromaLocation === 'left';
  if (!isLeft) return { ...color, chromaLocation: null };
  // After a flip the samples lie on the right, and a turn takes them on from there.
  const places: Readonly<Record<number, string>> = mirrored
    ? { 90: 'bottom', 180: 'left', 270: 'top' }
    : { 90: 'top', 270: 'bottom' };
  return { ...color, chromaLocation: places[degrees] ?? null };
}
