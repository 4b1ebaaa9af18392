/**
 * One scale of quality for all: a number means the luma PSNR that x264's medium has at it, whatever the encoder and the
 * preset. Measured by `npm run bench -- presets --calibrate`, which prints these rows.
 */
import { PRESETS } from '../../../core/codecs.ts';
import type { Preset } from '../../../core/codecs.ts';

/** Numbers of x264's medium at which the others were measured. */
export const KNOTS = [12, 18, 24, 30] as const;

interface OwnScale {
  readonly least: number;
  readonly most: number;
  /** What the encoder tells apart. */
  readonly step: number;
  /** Its own numbers at the knots: a row a preset. */
  readonly rows: readonly (readonly number[])[];
}

const SCALES = {
  // Zero means lossless to x264, and to it alone.
  x264: {
    ...{ least: 0.1, most: 51, step: 0.1 },
    rows: [
      [15.4, 20.5, 25.5, 30.5], // ultrafast
      [13.4, 18.9, 24.5, 30.1], // superfast
      [10.6, 16.3, 22, 27.5], // veryfast
      [11.7, 17.5, 23.5, 29.5], // faster
      [12, 17.9, 23.9, 29.9], // fast
      [12, 18, 24, 30], // medium
      [12.1, 18.1, 24.1, 30], // slow
      [12.1, 18.2, 24.1, 30.1], // slower
      [11.7, 17.9, 23.9, 29.8], // veryslow
      [11.8, 18, 24, 30], // placebo
    ],
  },
  x265: {
    ...{ least: 0, most: 51, step: 0.1 },
    rows: [
      [7.7, 14, 20.2, 26.5], // ultrafast
      [10.7, 16.9, 23.2, 29.3], // superfast
      [11.4, 17.8, 24.2, 30.3], // veryfast
      [11.4, 17.8, 24.2, 30.4], // faster
      [11.7, 18.4, 25.1, 31.6], // fast
      [13.1, 19.6, 25.8, 31.3], // medium
      [14.9, 21.5, 27.5, 33.1], // slow
      [14.9, 21.5, 27.5, 33.1], // slower, not measured: as the one before
      [14.9, 21.5, 27.5, 33.1], // veryslow, not measured: as the one before
      [14.9, 21.5, 27.5, 33.1], // placebo, not measured: as the one before
    ],
  },
  'svt-av1': {
    ...{ least: 1, most: 63, step: 1 },
    rows: [
      [1, 13.7, 31.6, 48.3], // ultrafast
      [1, 14.6, 33.3, 49.8], // superfast
      [1, 18.4, 36.1, 51.1], // veryfast
      [6.2, 20.8, 37.1, 51.7], // faster
      [6.9, 20.9, 37.9, 52.9], // fast
      [8, 21.7, 38.3, 53.3], // medium
      [8.5, 22.8, 39.6, 54], // slow
      [10, 24.4, 40.5, 54.9], // slower
      [10.8, 25, 41, 55.2], // veryslow
      [11.6, 25.6, 41.4, 55.5], // placebo
    ],
  },
  // Not measured, and too slow for most: the medium of SVT-AV1, whose scale it shares.
  'aom-av1': { least: 1, most: 63, step: 1, rows: PRESETS.map(() => [8, 21.7, 38.3, 53.3]) },
  vp9: {
    ...{ least: 1, most: 63, step: 1 },
    rows: [
      [3.7, 19.8, 32.5, 44.1], // ultrafast
      [3.8, 19.9, 33, 44.9], // superfast
      [3.8, 20, 33, 45], // veryfast
      [4.8, 19.6, 32.5, 44.8], // faster
      [6.9, 21.3, 33.8, 45.7], // fast
      [7.9, 22.4, 34.5, 46.2], // medium
      [7.7, 22.6, 34.9, 46.7], // slow
      [10.2, 24.2, 35.7, 47], // slower
      [10.2, 24.2, 35.7, 47], // veryslow, not measured: as the one before
      [10.2, 24.2, 35.7, 47], // placebo, not measured: as the one before
    ],
  },
} as const satisfies Readonly<Record<string, OwnScale>>;

/** Encoders whose numbers were measured. */
export type CalibratedEncoder = keyof typeof SCALES;

export function isCalibrated(choice: string): choice is CalibratedEncoder {
  return Object.hasOwn(SCALES, choice);
}

/** The encoder's own number. @param crf on x264's scale, more than 0 */
export function ownQuality(encoder: CalibratedEncoder, preset: Preset, crf: number): number {
  const { rows, step } = SCALES[encoder];
  const row = rows[PRESETS.indexOf(preset)] ?? [];
  return onScale(encoder, Math.round(alongLine(KNOTS, row, crf) / step) * step);
}

/** The nearest number that the encoder takes. */
export function onScale(encoder: CalibratedEncoder, number: number): number {
  const { least, most } = SCALES[encoder];
  return Number(Math.min(most, Math.max(least, number)).toFixed(1));
}

/** `ys` at `x` along the line through the points around it; beyond the ends the outermost lines go on. */
export function alongLine(xs: readonly number[], ys: readonly number[], x: number): number {
  const after = xs.findIndex((at) => at >= x);
  const next = Math.max(1, after < 0 ? xs.length - 1 : after);
  const [a, b, low, high] = [xs[next - 1]!, xs[next]!, ys[next - 1]!, ys[next]!];
  return low + ((x - a) / (b - a)) * (high - low);
}
