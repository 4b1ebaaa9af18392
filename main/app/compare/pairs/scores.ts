import { psnrOfError } from '../../../core/quality/psnr.ts';

export interface PlaneScore {
  /** `y`, `u`, `v`, `a`, or `r`, `g`, `b`. */
  readonly plane: string;
  /** dB, mean over the frames; a frame without any error counts as {@link EQUAL_DB}. */
  readonly psnr: number;
  /** dB of the mean of the frames' squared errors, as ffmpeg's filter has it; null where nothing differs. */
  readonly psnrOfMeanError: number | null;
  readonly meanSquaredError: number;
}

export interface FrameScore {
  readonly frame: number;
  /** By plane, in the order of the row's planes. */
  readonly meanSquaredErrors: readonly number[];
  /** dB; null where nothing differs. */
  readonly psnrY: number | null;
  readonly ssimY: number;
  readonly msSsimY: number | null;
}

/** A candidate against its reference. */
export interface PairRow {
  readonly reference: string;
  readonly candidate: string;
  readonly kind: 'image' | 'clip';
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: string;
  /** What was done before anything was compared: nothing, or what `--align` asked for. */
  readonly aligned: readonly string[];
  /** ffmpeg's filters that did it to the candidate. */
  readonly filters: readonly string[];
  readonly crop: number;
  readonly frames: number;
  readonly planes: readonly PlaneScore[];
  readonly psnrY: number;
  readonly psnrRgb: number | null;
  readonly ssimY: number;
  readonly msSsimY: number | null;
  readonly vmaf: number | null;
  readonly scores: readonly FrameScore[];
  /** Frame numbers, the worst first. */
  readonly worst: readonly number[];
}

/** A mean over frames needs a number for equal ones: what libvmaf and others take. */
export const EQUAL_DB = 100;

export const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** dB of one frame; null where nothing differs. */
export function psnrOf(meanSquaredError: number, peak: number): number | null {
  return meanSquaredError === 0 ? null : psnrOfError(meanSquaredError, peak);
}

/** A plane over all frames. */
export function sumUpPlane(plane: string, errors: readonly number[], peak: number): PlaneScore {
  const meanSquaredError = meanOf(errors);
  const psnr = meanOf(errors.map((error) => Math.min(EQUAL_DB, psnrOf(error, peak) ?? EQUAL_DB)));
  return { plane, psnr, psnrOfMeanError: psnrOf(meanSquaredError, peak), meanSquaredError };
}

/** Frames beside a bad one are bad for the same reason: what is shown lies further apart. */
const FRAMES_APART = 12;

/** Numbers of the worst frames by PSNR-Y, the worst first, none beside another. */
export function findWorst(scores: readonly FrameScore[], count: number): number[] {
  const db = ({ psnrY }: FrameScore): number => psnrY ?? Infinity;
  const worst: number[] = [];
  for (const { frame } of [...scores].sort((a, b) => db(a) - db(b))) {
    if (worst.length === count) break;
    if (worst.every((other) => Math.abs(other - frame) >= FRAMES_APART)) worst.push(frame);
  }
  return worst;
}
