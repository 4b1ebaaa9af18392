/** Kendall's tau-b of two series: 1 when they order alike, 0 when one says nothing of the other. */
export function kendallTau(a: readonly number[], b: readonly number[]): number {
  let [agree, tiesA, tiesB, pairs] = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const [x, y] = [Math.sign(a[i]! - a[j]!), Math.sign(b[i]! - b[j]!)];
      agree += x * y;
      tiesA += Number(x === 0);
      tiesB += Number(y === 0);
      pairs += 1;
    }
  }
  return agree / (Math.sqrt((pairs - tiesA) * (pairs - tiesB)) || 1);
}

/** @returns the middle 95 % of a statistic over resampled indices 0 .. count - 1 */
export function bootstrap(
  count: number,
  statistic: (indices: readonly number[]) => number,
  draw: () => number,
  rounds = 2000,
): [low: number, high: number] {
  const values = Array.from({ length: rounds }, () =>
    statistic(Array.from({ length: count }, () => Math.floor(draw() * count))),
  ).sort((a, b) => a - b);
  return [values[Math.floor(0.025 * rounds)]!, values[Math.floor(0.975 * rounds)]!];
}
