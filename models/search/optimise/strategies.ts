import type { Encoding, Space } from '../space/encoding.ts';
import { mutateEncoding, sampleEncoding } from '../space/draw.ts';
import type { Draws } from '../space/draw.ts';
import { genesOf, hammingDistance } from './features.ts';
import { GaussianProcess } from './gaussian-process.ts';

export const STRATEGIES = ['bayesian', 'evolution', 'random'] as const;
export type StrategyName = (typeof STRATEGIES)[number];

/** An encoding whose quality is known. */
export interface Evaluated {
  readonly encoding: Encoding;
  /** Of the pruned network, in any one unit. */
  readonly cost: number;
  /** dB on the validation split. */
  readonly psnr: number;
}

/** Where encodings come from: all of a space under a latency limit, or the rows of a table that are left. */
export interface Pool {
  random(draw: Draws): Encoding;
  /** One like the parent, but another. */
  mutate(parent: Encoding, draw: Draws): Encoding;
  /** Of an encoding that is not evaluated. */
  costOf(encoding: Encoding): number;
}

/** Evaluations that are drawn by chance before anything is learnt. */
const FIRST = 16;
const CANDIDATES = 96;
const POPULATION = 20;
const TOURNAMENT = 5;

/** @returns what to evaluate next; everything in the pool is within the limit */
export function propose(name: StrategyName, history: readonly Evaluated[], pool: Pool, draw: Draws): Encoding {
  if (name === 'random' || history.length < FIRST) return pool.random(draw);
  return name === 'evolution' ? evolve(history, pool, draw) : improve(history, pool, draw);
}

/** Aging evolution: the best of a few of the last {@link POPULATION} has a child. */
function evolve(history: readonly Evaluated[], pool: Pool, draw: Draws): Encoding {
  const population = history.slice(-POPULATION);
  const rivals = Array.from({ length: TOURNAMENT }, () => population[Math.floor(draw() * population.length)]!);
  const parent = rivals.reduce((a, b) => (b.psnr > a.psnr ? b : a));
  return pool.mutate(parent.encoding, draw);
}

/** The candidate of the greatest expected improvement; half of them are like the best so far, half are new. */
function improve(history: readonly Evaluated[], pool: Pool, draw: Draws): Encoding {
  const process = new GaussianProcess(
    history.map(({ encoding, cost, psnr }) => ({ genes: genesOf(encoding), cost, value: psnr })),
  );
  const ranked = history.toSorted((a, b) => b.psnr - a.psnr);
  const best = ranked[0]!.psnr;
  const candidates = Array.from({ length: CANDIDATES }, (_, i) =>
    i % 2 === 0 ? pool.random(draw) : pool.mutate(ranked[(i >> 1) % Math.min(6, ranked.length)]!.encoding, draw),
  );
  const gains = candidates.map((encoding) => {
    const { mean, deviation } = process.predict(genesOf(encoding), pool.costOf(encoding));
    return expectedImprovement(mean - best, deviation);
  });
  return candidates[gains.indexOf(Math.max(...gains))]!;
}

/** @param gain mean above the best so far */
export function expectedImprovement(gain: number, deviation: number): number {
  const z = gain / deviation;
  return gain * normalBelow(z) + deviation * Math.exp(-0.5 * z * z) * 0.3989422804;
}

/** Share of a normal distribution below z (Abramowitz and Stegun 7.1.26: 1.5e-7). */
function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - poly * Math.exp(-x * x);
  return z < 0 ? 0.5 * (1 - erf) : 0.5 * (1 + erf);
}

/** @returns encodings of a space that cost no more than the limit; none is given twice */
export function spacePool(
  space: Space,
  limits: { readonly costOf: (e: Encoding) => number; readonly isWithin: (e: Encoding) => boolean },
  isKnown: (e: Encoding) => boolean,
): Pool {
  const fitting = (next: () => Encoding): Encoding => {
    for (let tries = 0; tries < 2000; tries++) {
      const encoding = next();
      if (limits.isWithin(encoding) && !isKnown(encoding)) return encoding;
    }
    return next();
  };
  return {
    random: (draw) => fitting(() => sampleEncoding(space, draw)),
    mutate: (parent, draw) => fitting(() => mutateEncoding(space, parent, draw)),
    costOf: limits.costOf,
  };
}

/** @returns the rows of a table that are not taken yet, as a pool: a child is the row most like it */
export function tablePool(space: Space, left: readonly Evaluated[]): Pool {
  const genes = left.map(({ encoding }) => genesOf(encoding));
  return {
    random: (draw) => left[Math.floor(draw() * left.length)]!.encoding,
    mutate: (parent, draw) => {
      const child = genesOf(mutateEncoding(space, parent, draw));
      const distances = genes.map((other) => hammingDistance(other, child));
      return left[distances.indexOf(Math.min(...distances))]!.encoding;
    },
    costOf: (encoding) => left.find((row) => row.encoding === encoding)!.cost,
  };
}
