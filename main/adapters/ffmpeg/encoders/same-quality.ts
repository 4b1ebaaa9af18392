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

const every = (row: readonly number[]) => PRESETS.map(() => row);

const SCALES = {
  // Zero means lossless to x264, and to it alone.
  x264: { least: 0.1, most: 51, step: 0.1, rows: every([12, 18, 24, 30]) },
  x265: { least: 0, most: 51, step: 0.1, rows: every([14, 20, 26, 32]) },
  'svt-av1': { least: 1, most: 63, step: 1, rows: every([11, 21, 42, 61]) },
  'aom-av1': { least: 1, most: 63, step: 1, rows: every([11, 21, 42, 61]) },
  vp9: { least: 1, most: 63, step: 1, rows: every([14, 23, 40, 55]) },
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
