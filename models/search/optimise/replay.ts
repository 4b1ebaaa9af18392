import type { Space } from '../space/encoding.ts';
import { uniform } from '../train/random.ts';
import { STRATEGIES, propose, tablePool } from './strategies.ts';
import type { Evaluated, StrategyName } from './strategies.ts';

export interface ReplayRow {
  readonly strategy: StrategyName;
  readonly evaluations: number;
  /** dB: over the seeds, of the best found so far. */
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
}

/**
 * Replays the strategies on a table of evaluated encodings: each pick costs nothing but its row.
 * @param at numbers of evaluations to report
 */
export function replay(space: Space, table: readonly Evaluated[], seeds: number, at: readonly number[]): ReplayRow[] {
  return STRATEGIES.flatMap((strategy) => {
    const runs = Array.from({ length: seeds }, (_, seed) => bestSoFar(space, table, strategy, seed, Math.max(...at)));
    return at.map((evaluations): ReplayRow => {
      const bests = runs.map((run) => run[Math.min(evaluations, run.length) - 1]!).sort((a, b) => a - b);
      const quantile = (share: number): number => bests[Math.round(share * (bests.length - 1))]!;
      return {
        strategy,
        evaluations,
        median: quantile(0.5),
        lowerQuartile: quantile(0.25),
        upperQuartile: quantile(0.75),
      };
    });
  });
}

function bestSoFar(
  space: Space,
  table: readonly Evaluated[],
  strategy: StrategyName,
  seed: number,
  evaluations: number,
): number[] {
  let at = 0;
  const draw = (): number => uniform(7919 * seed + 13, at++);
  const history: Evaluated[] = [];
  let left = table;
  const bests: number[] = [];
  while (history.length < evaluations && left.length > 0) {
    const encoding = propose(strategy, history, tablePool(space, left), draw);
    history.push(left.find((row) => row.encoding === encoding)!);
    left = left.filter((row) => row.encoding !== encoding);
    bests.push(Math.max(bests.at(-1) ?? -Infinity, history.at(-1)!.psnr));
  }
  return bests;
}
