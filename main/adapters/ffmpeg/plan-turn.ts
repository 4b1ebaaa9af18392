/** Turned and mirrored pictures: by a note in the file where it holds one, else in the pixels. Pure. */
import type { ColorInfo } from '../../core/color.ts';
import { AppError } from '../../core/errors.ts';
import type { MediaInfo, VideoTrack } from '../../core/media.ts';
import { isMatroska } from '../../core/output-plan.ts';
import type { OutputContainer, PicturePlan } from '../../core/output-plan.ts';
import { pixelFormatInfo } from '../../core/pixel-format.ts';
import type { PixelFormat } from '../../core/pixel-format.ts';
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

/** @throws AppError where ffmpeg has no way to turn such pictures */
export function turnFilters(
  { path }: MediaInfo,
  { degrees, mirrored, how }: Rotation,
  format: PixelFormat,
): readonly string[] {
  if (how !== 'pixels') return [];
  const { chromaShiftX, chromaShiftY } = pixelFormatInfo(format);
  if (isSideways({ degrees }) && chromaShiftX !== chromaShiftY) {
    throw new AppError(
      'input-unsupported',
      `expected a pixel format that can be turned but ${path} is ${format}; name an output that ends in .mp4`,
    );
  }
  return (mirrored ? FLIPS : TURNS)[degrees] ?? [];
}

/** True where width and height change places. */
export function isSideways({ degrees }: { readonly degrees: number }): boolean {
  return degrees === 90 || degrees === 270;
}

/** Where the chroma samples lie after a turn. What lies on the right has no name in any codec: then nothing is said. */
export function turnChroma(color: ColorInfo, { degrees, mirrored, how }: Rotation): ColorInfo {
  if (how !== 'pixels' || color.chromaLocation === 'center') return color;
  const isLeft = color.chromaLocation === null || color.chromaLocation === 'left';
  if (!isLeft) return { ...color, chromaLocation: null };
  // After a flip the samples lie on the right, and a turn takes them on from there.
  const places: Readonly<Record<number, string>> = mirrored
    ? { 90: 'bottom', 180: 'left', 270: 'top' }
    : { 90: 'top', 270: 'bottom' };
  return { ...color, chromaLocation: places[degrees] ?? null };
}
