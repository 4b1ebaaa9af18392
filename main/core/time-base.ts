/** Exact media time: integer ticks of a rational time base, as containers keep it. Source: ffmpeg's AVRational. */

/** Seconds per tick as a fraction, e.g. `{num: 1, den: 90000}`. Both positive integers. */
export interface TimeBase {
  readonly num: number;
  readonly den: number;
}

/** Ticks → seconds. For display and rough comparison only: it rounds. */
export function ticksToSeconds(ticks: number, timeBase: TimeBase): number {
  return (ticks * timeBase.num) / timeBase.den;
}

/**
 * Ticks of one time base → the nearest tick of another, half away from zero, exact in integers.
 * @throws RangeError when a value is no safe integer
 */
export function rescaleTicks(ticks: number, from: TimeBase, to: TimeBase): number {
  if (!Number.isSafeInteger(ticks)) throw new RangeError(`expected whole ticks but got ${String(ticks)}`);
  const numerator = BigInt(ticks) * BigInt(from.num) * BigInt(to.den);
  const denominator = BigInt(from.den) * BigInt(to.num);
  const sign = numerator < 0n ? -1n : 1n;
  const quotient = (2n * numerator * sign + denominator) / (2n * denominator);
  return Number(quotient * sign);
}

/**
 * Parses ffprobe's `1/90000`.
 * @throws RangeError for anything but two positive integers
 */
export function parseTimeBase(text: string): TimeBase {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const num = Number(match?.[1]);
  const den = Number(match?.[2]);
  if (!(num > 0) || !(den > 0)) throw new RangeError(`expected a time base like 1/90000 but got "${text}"`);
  return { num, den };
}
