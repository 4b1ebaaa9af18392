import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeBottleneck } from '../../../main/core/bottleneck.ts';
import { RollingRate } from '../../../main/core/progress.ts';
import { ReorderBuffer } from '../../../main/core/reorder.ts';
import { STAGE_NAMES, StageStats } from '../../../main/core/stats.ts';
import type { FrameRow, StageTimes } from '../../../main/core/stats.ts';

const none = Object.fromEntries(STAGE_NAMES.map((stage) => [stage, 0])) as StageTimes;
const row = (index: number, times: Partial<StageTimes>): FrameRow => ({
  index,
  ptsSeconds: index / 25,
  lane: index % 2 ? 'odd' : 'even',
  ...none,
  ...times,
});

describe('frame stats', () => {
  it('tells nearest-rank percentiles to half a percent', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.002, max: 1e6, noNaN: true }), { minLength: 1 }), (times) => {
        const stats = new StageStats();
        times.forEach((compute, i) => stats.add(row(i, { compute })));
        const { p50, p95, p99, max, sum } = stats.summarise().find(({ stage }) => stage === 'compute')!;
        const sorted = [...times].sort((a, b) => a - b);
        for (const [told, share] of [
          [p50, 0.5],
          [p95, 0.95],
          [p99, 0.99],
        ] as const) {
          const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
          expect(Math.abs(told / exact - 1)).toBeLessThan(0.0051);
        }
        expect(max).toBe(sorted.at(-1));
        expect(sum).toBeCloseTo(
          times.reduce((a, b) => a + b, 0),
          5,
        );
      }),
    );
  });

  it('takes what is too short or too long to measure', () => {
    const stats = new StageStats();
    stats.add(row(0, { queue: 0, compute: 1e12 }));
    expect(stats.summarise().find(({ stage }) => stage === 'queue')).toMatchObject({ p50: 0, max: 0, sum: 0 });
    expect(stats.summarise().find(({ stage }) => stage === 'compute')).toMatchObject({ max: 1e12, sum: 1e12 });
  });

  it('summarises one frame and none', () => {
    const stats = new StageStats();
    expect(stats.summarise().every(({ max, sum }) => max === 0 && sum === 0)).toBe(true);
    stats.add(row(0, { queue: 7 }));
    expect(stats.summarise().find(({ stage }) => stage === 'queue')).toMatchObject({ p50: 7, p99: 7, max: 7 });
  });

  it('names the stage that held the job up', () => {
    const name = (times: Partial<StageTimes>, lanes = 1): string => {
      const stats = new StageStats();
      for (let i = 0; i < 10; i++) stats.add(row(i, times));
      return describeBottleneck(stats.summarise(), 1000, lanes);
    };
    expect(name({ compute: 97, encodeWait: 4, decodeWait: 2 })).toMatch(
      /^the model: it computed 97 % .*waits: decoder 2 %, encoder 4 %/,
    );
    expect(name({ compute: 60, encodeWait: 30, decodeWait: 70 })).toMatch(/^the decoder: it was waited for 70 %/);
    expect(name({ compute: 97, encodeWait: 80 }, 2)).toMatch(/^the encoder: it was waited for 80 % .*computed 49 %/);
  });
});

describe('rolling rate', () => {
  it('forgets what is older than its window', () => {
    let ms = 0;
    const rate = new RollingRate(() => ms);
    expect(rate.read(100)).toEqual({ framesPerSecond: 0, etaSeconds: null });
    for (let i = 0; i < 100; i++, ms += 1000) rate.count();
    expect(rate.read(null).framesPerSecond).toBeCloseTo(1, 0);
    for (let i = 0; i < 200; i++, ms += 100) rate.count();
    expect(rate.read(400).framesPerSecond).toBeCloseTo(10, 0);
    expect(rate.read(400).etaSeconds).toBeCloseTo(10, 0);
  });

  it('shows a stall', () => {
    let ms = 0;
    const rate = new RollingRate(() => ms);
    for (let i = 0; i < 100; i++, ms += 100) rate.count();
    ms += 30_000;
    expect(rate.read(null).framesPerSecond).toBeLessThan(3);
  });
});

describe('reorder buffer', () => {
  it('gives out in order, each once', () => {
    const buffer = new ReorderBuffer<string>(5);
    buffer.put(6, 'six');
    expect(buffer.take()).toBeUndefined();
    buffer.put(5, 'five');
    expect([buffer.take(), buffer.take(), buffer.take()]).toEqual(['five', 'six', undefined]);
    expect(() => buffer.put(5, 'again')).toThrow(/twice/);
    buffer.put(9, 'nine');
    expect(buffer.clear()).toEqual(['nine']);
  });
});
