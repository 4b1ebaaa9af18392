/** How players turn and mirror a picture, from ffprobe's display matrix or the tag of older versions. Pure. */
import { AppError } from '../../core/errors.ts';
import type { ProbeSideData, ProbeStream } from './probe-json.ts';

/** A flip left to right first, then a turn by `rotation` degrees clockwise. */
export interface Turn {
  readonly rotation: number;
  readonly mirrored: boolean;
}

/** @throws AppError `input-unsupported` for a turn that is none by quarters */
export function parseTurn(path: string, stream: ProbeStream, sideData: readonly ProbeSideData[]): Turn {
  const found = sideData.find((data) => data.rotation !== undefined || data.displaymatrix !== undefined);
  if (found?.displaymatrix?.includes(':') === true) return turnOfMatrix(path, found.displaymatrix);
  // The side data counts anticlockwise, the `rotate` tag of older versions clockwise.
  const tag = Number(stream.tags?.rotate ?? 0);
  const clockwise = found?.rotation === undefined ? (Number.isFinite(tag) ? tag : 0) : -found.rotation;
  const degrees = ((Math.round(clockwise) % 360) + 360) % 360;
  if (degrees % 90 !== 0) throw crooked(path, degrees);
  return { rotation: degrees, mirrored: false };
}

/** Where a point goes: `x' = a x + c y`, `y' = b x + d y`, for the eight ways a picture can lie. */
const TURNS: Readonly<Record<string, Turn>> = {
  '1,0,0,1': { rotation: 0, mirrored: false },
  '0,1,-1,0': { rotation: 90, mirrored: false },
  '-1,0,0,-1': { rotation: 180, mirrored: false },
  '0,-1,1,0': { rotation: 270, mirrored: false },
  '-1,0,0,1': { rotation: 0, mirrored: true },
  '0,-1,-1,0': { rotation: 90, mirrored: true },
  '1,0,0,-1': { rotation: 180, mirrored: true },
  '0,1,1,0': { rotation: 270, mirrored: true },
};

/** The matrix comes as three lines of `number: a b u`; only the signs matter, a scale changes nothing here. */
function turnOfMatrix(path: string, text: string): Turn {
  const rows = text
    .trim()
    .split('\n')
    .map((line) => (line.split(':')[1] ?? '').trim().split(/\s+/).map(Number));
  const [a = 1, b = 0] = rows[0] ?? [];
  const [c = 0, d = 1] = rows[1] ?? [];
  const largest = Math.max(...[a, b, c, d].map(Math.abs));
  // What is left of a cosine after rounding is no slant.
  const sign = (value: number) => (Math.abs(value) < largest / 100 ? 0 : Math.sign(value));
  const turn = largest === 0 ? TURNS['1,0,0,1'] : TURNS[[a, b, c, d].map(sign).join(',')];
  if (turn !== undefined) return turn;
  throw crooked(path, Math.round((Math.atan2(b, a) * 180) / Math.PI));
}

function crooked(path: string, degrees: number): AppError {
  return new AppError(
    'input-unsupported',
    `expected a turn by quarters but ${path} is to be turned by ${String(degrees)} degrees`,
  );
}
