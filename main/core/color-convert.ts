import type { ColorInfo } from './color.ts';
import { AppError } from './errors.ts';
import type { Plane } from './frame.ts';

/** Luma weights of red and blue: what a YUV matrix is made of. */
export interface MatrixCoefficients {
  readonly name: string;
  readonly kr: number;
  readonly kb: number;
  /** The stream names no matrix; this one was chosen by the picture's size. */
  readonly guessed: boolean;
}

/** ITU-R BT.601, BT.709, BT.2020 (non-constant luminance), SMPTE 240M, FCC, by ffmpeg's names. */
const MATRICES: Readonly<Record<string, readonly [kr: number, kb: number]>> = {
  bt709: [0.2126, 0.0722],
  smpte170m: [0.299, 0.114],
  bt470bg: [0.299, 0.114],
  bt2020nc: [0.2627, 0.0593],
  smpte240m: [0.212, 0.087],
  fcc: [0.3, 0.11],
};

/**
 * The matrix of a stream; where it names none, what players take: BT.709 from 720 lines or 1280 columns on, BT.601 below.
 * @throws AppError `input-unsupported` for a matrix that is none of the linear ones
 */
export function resolveMatrix(color: ColorInfo, width: number, height: number): MatrixCoefficients {
  const stated = color.matrix === 'unknown' || color.matrix === 'unspecified' ? null : color.matrix;
  const name = stated ?? (width >= 1280 || height >= 720 ? 'bt709' : 'smpte170m');
  const known = MATRICES[name];
  if (known) return { name, kr: known[0], kb: known[1], guessed: stated === null };
  const names = Object.keys(MATRICES).join(', ');
  throw new AppError(
    'input-unsupported',
    `expected a colour matrix an RGB model can be fed from (${names}) but got ${name}`,
  );
}

/** How codes of one depth and range stand for numbers. */
export interface CodeRange {
  readonly bitDepth: number;
  /** Full range; otherwise limited (studio) range. */
  readonly full: boolean;
}

/** Fills the second three planes from the first three, all of one size: Y, U, V with luma's phase; R, G, B full range. */
export type ConvertPlanes = (from: readonly Plane[], to: readonly Plane[]) => void;

interface Levels {
  readonly black: number;
  readonly lumaSpan: number;
  readonly neutral: number;
  readonly chromaSpan: number;
  readonly top: number;
}

function levelsOf({ bitDepth, full }: CodeRange): Levels {
  const unit = 2 ** (bitDepth - 8);
  const top = 2 ** bitDepth - 1;
  const neutral = 128 * unit;
  return full
    ? { black: 0, lumaSpan: top, neutral, chromaSpan: top, top }
    : { black: 16 * unit, lumaSpan: 219 * unit, neutral, chromaSpan: 224 * unit, top };
}

/** R = clamp(luma·(Y − black) + rv·(V − neutral) + ½), and so on; codes of one depth, RGB in full range. */
export interface YuvToRgb {
  readonly black: number;
  readonly neutral: number;
  readonly top: number;
  readonly luma: number;
  readonly rv: number;
  readonly gu: number;
  readonly gv: number;
  readonly bu: number;
}

export function yuvToRgbOf({ kr, kb }: MatrixCoefficients, range: CodeRange): YuvToRgb {
  const { black, lumaSpan, neutral, chromaSpan, top } = levelsOf(range);
  const kg = 1 - kr - kb;
  const chroma = top / chromaSpan;
  const [rv, bu] = [2 * (1 - kr) * chroma, 2 * (1 - kb) * chroma];
  return { black, neutral, top, luma: top / lumaSpan, rv, gu: (bu * kb) / kg, gv: (rv * kr) / kg, bu };
}

/** YUV → RGB of the same depth, rounded half up and clamped. */
export function createYuvToRgb(matrix: MatrixCoefficients, range: CodeRange): ConvertPlanes {
  const { black, neutral, top, luma, rv, gu, gv, bu } = yuvToRgbOf(matrix, range);
  const clamp = (value: number): number => (value < 0 ? 0 : value > top ? top : value);
  return forEachSample((y, u, v, out, at) => {
    const base = (y - black) * luma + 0.5;
    const [du, dv] = [u - neutral, v - neutral];
    out[0].data[at] = clamp(base + rv * dv);
    out[1].data[at] = clamp(base - gu * du - gv * dv);
    out[2].data[at] = clamp(base + bu * du);
  });
}

/** RGB → YUV of the same depth, rounded half up and clamped. */
export function createRgbToYuv({ kr, kb }: MatrixCoefficients, range: CodeRange): ConvertPlanes {
  const { black, lumaSpan, neutral, chromaSpan, top } = levelsOf(range);
  const kg = 1 - kr - kb;
  const luma = lumaSpan / top;
  const [cu, cv] = [chromaSpan / top / (2 * (1 - kb)), chromaSpan / top / (2 * (1 - kr))];
  const clamp = (value: number): number => (value < 0 ? 0 : value > top ? top : value);
  return forEachSample((r, g, b, out, at) => {
    const y = kr * r + kg * g + kb * b;
    out[0].data[at] = clamp(y * luma + black + 0.5);
    out[1].data[at] = clamp((b - y) * cu + neutral + 0.5);
    out[2].data[at] = clamp((r - y) * cv + neutral + 0.5);
  });
}

type Three = readonly [Plane, Plane, Plane];
type ConvertSample = (a: number, b: number, c: number, out: Three, at: number) => void;

function forEachSample(convert: ConvertSample): ConvertPlanes {
  return (from, to) => {
    const [a, b, c] = asThree(from);
    const out = asThree(to);
    if (out.some(({ stride }) => stride !== out[0].stride)) throw new RangeError('expected one stride for all planes');
    for (let y = 0; y < a.height; y++) {
      const [ra, rb, rc, ro] = [y * a.stride, y * b.stride, y * c.stride, y * out[0].stride];
      for (let x = 0; x < a.width; x++) convert(a.data[ra + x]!, b.data[rb + x]!, c.data[rc + x]!, out, ro + x);
    }
  };
}

function asThree(planes: readonly Plane[]): Three {
  const [a, b, c] = planes;
  if (a && b && c && [b, c].every((p) => p.width === a.width && p.height === a.height)) return [a, b, c];
  throw new RangeError(`expected three planes of one size but got ${planes.length}`);
}
