/** Numbered pictures as one film: where they begin, how fast they go, and that none is missing. */
import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AppError } from '../../core/errors.ts';
import type { PictureRow } from '../../core/media.ts';
import { numberOf } from '../../core/pictures.ts';
import type { TimeBase } from '../../core/time-base.ts';

/** As ffmpeg takes them where nothing is said. */
const USUAL_RATE = { num: 25, den: 1 };

/**
 * Looks at the folder. @param rate pictures a second, where a person named it
 * @throws AppError `input-missing` where there is none, `input-unreadable` where some between the others are missing
 */
export async function findRow(path: string, rate: TimeBase | undefined): Promise<PictureRow> {
  const names = await readdir(dirname(path)).catch(() => []);
  const numbers = names.flatMap((name) => numberOf(basename(path), name) ?? []).sort((a, b) => a - b);
  const [first] = numbers;
  if (first === undefined) throw new AppError('input-missing', `expected numbered pictures ${path} but there are none`);
  const gaps = numbers.flatMap((number, i) => describeGap(numbers[i - 1] ?? number, number));
  if (gaps.length > 0) {
    const more = gaps.length > MOST_GAPS ? ` and ${String(gaps.length - MOST_GAPS)} more gaps` : '';
    const missing = gaps.slice(0, MOST_GAPS).join(', ') + more;
    const message = `expected numbered pictures ${path} without a gap but these are missing: ${missing}`;
    throw new AppError('input-unreadable', message);
  }
  return { first, rate: rate ?? USUAL_RATE, isRateNamed: rate !== undefined };
}

const MOST_GAPS = 5;

function describeGap(before: number, after: number): string[] {
  const [from, to] = [before + 1, after - 1];
  if (from > to) return [];
  return [from === to ? String(from) : `${String(from)} to ${String(to)}`];
}
