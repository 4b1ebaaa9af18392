import { describe, expect, it } from 'vitest';
import { genesOf, hammingDistance } from '../../../../models/search/optimise/features.ts';
import { GaussianProcess } from '../../../../models/search/optimise/gaussian-process.ts';
import { bootstrap, kendallTau } from '../../../../models/search/optimise/rank.ts';
import { replay } from '../../../../models/search/optimise/replay.ts';
import { expectedImprovement, propose, spacePool } from '../../../../models/search/optimise/strategies.ts';
import type { Evaluated } from '../../../../models/search/optimise/strategies.ts';
import { quickSpace, sampleEncoding } from '../../../../models/search/space/draw.ts';
import type { Encoding } from '../../../../models/search/space/encoding.ts';
import { formatEncoding, parseEncoding } from '../../../../models/search/space/text.ts';
import { gaussian, uniform } from '../../../../models/search/train/random.ts';

const space = quickSpace(2);
const draws = (seed: number) => {
  let at = 0;
  return () => uniform(seed, at++);
};

const costOf = ({ cells }: Encoding): number => 1 + cells.reduce((sum, { width }) => sum + width, 0);

/** Quality that block and width of each cell add to, with a little noise that is the encoding's own. */
function qualityOf(encoding: Encoding): number {
  const value = { plain: 0.2, edge: 0.3, wide: 0.5, skip: 0 };
  const key = Buffer.from(formatEncoding(encoding)).reduce((h, c) => (h * 31 + c) | 0, 7);
  const gain = encoding.cells.reduce((sum, { block, width }, i) => sum + value[block] * (width / 16) * (1 + i), 0);
  return 30 + gain - (encoding.tail === 'none' ? 0 : 0.4) + 0.02 * gaussian(5, key & 0xffff);
}

const draw = draws(1);
const table: Evaluated[] = [...new Set(Array.from({ length: 500 }, () => formatEncoding(sampleEncoding(space, draw))))]
  .map(parseEncoding)
  .map((encoding) => ({ encoding, cost: costOf(encoding), psnr: qualityOf(encoding) }));

describe('distance over active genes', () => {
  const a = parseEncoding('x2 edge16:none wide8*2:none,none,none skip tail:none');
  it('counts what differs and is read', () => {
    const to = (text: string): number => hammingDistance(genesOf(a), genesOf(parseEncoding(text)));
    expect(to('x2 edge16:none wide8*2:none,none,none skip tail:none')).toBe(0);
    expect(to('x2 edge8:none wide8*2:none,none,none skip tail:none')).toBe(1);
    expect(to('x2 plain16:none wide8*2:none,filter,none skip tail:filter')).toBe(3);
    // Another block: the block itself, and half for each gene that only one of the two reads.
    expect(to('x2 edge16:none skip skip tail:none')).toBe(1 + 0.5 * 5);
  });
});

describe('the surrogate', () => {
  const half = table.length >> 1;
  const process = new GaussianProcess(
    table.slice(0, half).map(({ encoding, cost, psnr }) => ({ genes: genesOf(encoding), cost, value: psnr })),
  );
  const rest = table.slice(half);
  const predictions = rest.map(({ encoding, cost }) => process.predict(genesOf(encoding), cost));

  it('orders encodings it has not seen, better than their cost does', () => {
    const truth = rest.map(({ psnr }) => psnr);
    const tau = kendallTau(
      truth,
      predictions.map(({ mean }) => mean),
    );
    expect(tau).toBeGreaterThan(0.7);
    expect(tau).toBeGreaterThan(
      kendallTau(
        truth,
        rest.map(({ cost }) => cost),
      ),
    );
  });

  it('knows how sure it is', () => {
    const errors = rest.map(({ psnr }, i) => Math.abs(psnr - predictions[i]!.mean) / predictions[i]!.deviation);
    const within = errors.filter((e) => e < 2).length / errors.length;
    expect(within).toBeGreaterThan(0.8);
    const [seen, unseen] = [table[0]!, rest[0]!].map(({ encoding, cost }) => process.predict(genesOf(encoding), cost));
    expect(seen!.deviation).toBeLessThan(unseen!.deviation);
  });
});

describe('strategies', () => {
  it('find better encodings than chance does, on a table', { timeout: 60_000 }, () => {
    const rows = replay(space, table, 5, [25, 40]);
    const median = (strategy: string, n: number): number =>
      rows.find((r) => r.strategy === strategy && r.evaluations === n)!.median;
    expect(median('bayesian', 40)).toBeGreaterThan(median('random', 40));
    expect(median('evolution', 40)).toBeGreaterThanOrEqual(median('random', 40));
    expect(rows).toHaveLength(6);
    for (const { lowerQuartile, median: middle, upperQuartile } of rows) {
      expect(lowerQuartile).toBeLessThanOrEqual(middle);
      expect(middle).toBeLessThanOrEqual(upperQuartile);
    }
  });

  it('stay within the limit and never ask twice', () => {
    const limit = 30;
    const history: Evaluated[] = [];
    const known = (e: Encoding): boolean => history.some((h) => formatEncoding(h.encoding) === formatEncoding(e));
    const pool = spacePool(space, { costOf, isWithin: (e) => costOf(e) <= limit }, known);
    const draw = draws(4);
    for (let i = 0; i < 40; i++) {
      const encoding = propose('bayesian', history, pool, draw);
      expect(costOf(encoding)).toBeLessThanOrEqual(limit);
      expect(known(encoding)).toBe(false);
      history.push({ encoding, cost: costOf(encoding), psnr: qualityOf(encoding) });
    }
  });

  it('expect more improvement from a better mean and from a wider spread', () => {
    expect(expectedImprovement(0.1, 0.1)).toBeGreaterThan(expectedImprovement(0, 0.1));
    expect(expectedImprovement(-0.1, 0.3)).toBeGreaterThan(expectedImprovement(-0.1, 0.1));
    // Gain 0: deviation / sqrt(2 pi).
    expect(expectedImprovement(0, 1)).toBeCloseTo(0.398942, 5);
  });
});

describe('rank statistics', () => {
  it("are Kendall's", () => {
    expect(kendallTau([1, 2, 3, 4], [10, 20, 30, 40])).toBe(1);
    expect(kendallTau([1, 2, 3, 4], [4, 3, 2, 1])).toBe(-1);
    // One of six pairs the wrong way round.
    expect(kendallTau([1, 2, 3, 4], [1, 2, 4, 3])).toBeCloseTo(4 / 6, 12);
    expect(kendallTau([1, 1, 2], [1, 2, 3])).toBeCloseTo(2 / Math.sqrt(6), 12);
  });

  it('come with an interval that holds the truth', () => {
    const x = Array.from({ length: 40 }, (_, i) => gaussian(1, i));
    const [low, high] = bootstrap(40, (at) => at.reduce((s, i) => s + x[i]!, 0) / at.length, draws(9));
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
    expect(high - low).toBeLessThan(4 * (1.96 / Math.sqrt(40)));
  });
});
