import { describe, expect, it } from 'vitest';
import { describeBottleneck } from '../../../main/core/bottleneck.ts';
import { RollingRate } from '../../../main/core/progress.ts';
import { ReorderBuffer } from '../../../main/core/reorder.ts';
import { FrameStats, STAGE_NAMES } from '../../../main/core/stats.ts';
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
  it('gives back its rows and nearest-rank percentiles', () => {
    const stats = new FrameStats();
    for (let i = 0; i < 1000; i++) stats.add(row(i, { compute: 1000 - i, encodeWait: 0.5 }));
    const rows = [...stats.rows()];
    expect(rows).toHaveLength(1000);
    expect(rows[777]).toEqual(row(777, { compute: 223, encodeWait: 0.5 }));
    const compute = stats.summarise().find(({ stage }) => stage === 'compute');
    expect(compute).toEqual({ stage: 'compute', p50: 500, p95: 950, p99: 990, max: 1000, sum: 500500 });
  });

  it('summarises one frame and none', () => {
    const stats = new FrameStats();
    expect(stats.summarise().every(({ max, sum }) => max === 0 && sum === 0)).toBe(true);
    stats.add(row(0, { queue: 7 }));
    expect(stats.summarise().find(({ stage }) => stage === 'queue')).toMatchObject({ p50: 7, p99: 7, max: 7 });
  });

  it('names the stage that held the job up', () => {
    const name = (times: Partial<StageTimes>, lanes = 1): string => {
      const stats = new FrameStats();
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
