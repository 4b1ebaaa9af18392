import type { HdrMetadata } from '../../../core/hdr.ts';
import { ownQuality } from './same-quality.ts';
import { atPreset } from './spec.ts';
import type { EncoderSpec } from './spec.ts';

const LARGEST_SIDE = 16384;

/** Offered without a lossless mode: the library had none when its ffmpeg wrapper came. */
export const svtAv1: EncoderSpec = {
  choice: 'svt-av1',
  name: 'libsvtav1',
  codec: 'av1',
  formats: ['yuv420p', 'yuv420p10le'],
  canBeLossless: false,
  largestSide: LARGEST_SIDE,
  takesOddSizes: false,
  args: ({ preset, crf, threads, rate, hdr }) => [
    ...['-preset', String(atPreset(preset, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]))],
    ...['-crf', String(ownQuality('svt-av1', preset, crf)), '-svtav1-params'],
    [
      `lp=${String(threads)}`,
      `fps-num=${String(rate.num)}`,
      `fps-denom=${String(rate.den)}`,
      ...hdrParameters(hdr),
    ].join(':'),
  ],
};

export const aomAv1: EncoderSpec = {
  choice: 'aom-av1',
  name: 'libaom-av1',
  codec: 'av1',
  formats: [
    ...(['yuv420p', 'yuv422p', 'yuv444p', 'yuv420p10le', 'yuv422p10le', 'yuv444p10le'] as const),
    ...(['yuv420p12le', 'yuv422p12le', 'yuv444p12le'] as const),
  ],
  canBeLossless: false,
  largestSide: LARGEST_SIDE,
  takesOddSizes: true,
  // Called experimental by ffmpeg before 4.2.
  args: ({ preset, crf, threads }) => [
    ...['-strict', '-2', '-cpu-used', String(atPreset(preset, [8, 8, 8, 7, 6, 5, 4, 3, 2, 1]))],
    ...['-crf', String(ownQuality('aom-av1', preset, crf)), '-b:v', '0', '-threads', String(threads), '-row-mt', '1'],
  ],
};

/** Fractions, where HEVC has units. */
function hdrParameters({ masteringDisplay, contentLight }: HdrMetadata): string[] {
  const parts: string[] = [];
  if (masteringDisplay !== null) {
    const { red, green, blue, white, minLuminance, maxLuminance } = masteringDisplay;
    const point = (name: string, [x, y]: readonly [number, number]) =>
      `${name}(${(x / 50_000).toFixed(5)},${(y / 50_000).toFixed(5)})`;
    const points = [point('G', green), point('B', blue), point('R', red), point('WP', white)].join('');
    const luminance = `L(${(maxLuminance / 10_000).toFixed(4)},${(minLuminance / 10_000).toFixed(4)})`;
    parts.push(`mastering-display=${points}${luminance}`);
  }
  if (contentLight !== null) parts.push(`content-light=${String(contentLight.max)},${String(contentLight.average)}`);
  return parts;
}
