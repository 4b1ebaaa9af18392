import { describe, expect, it } from 'vitest';
import { interpolate } from '../../../../models/search/experiments/baselines.ts';
import { figuresOf } from '../../../../models/search/experiments/distillation.ts';

describe('quality at equal time', () => {
  const rows = [
    { ms: 12, psnr: 34 },
    { ms: 4, psnr: 32 },
    { ms: 8, psnr: 33 },
  ];
  it('lies on the line between the neighbours, and is unknown outside', () => {
    expect(interpolate(rows, 9)).toBeCloseTo(33.25, 9);
    expect(interpolate(rows, 4)).toBe(32);
    expect(interpolate(rows, 12)).toBe(34);
    expect([interpolate(rows, 3), interpolate(rows, 13), interpolate([], 5)]).toEqual([null, null, null]);
  });
});

describe('what a teacher gains', () => {
  it('is the difference of the means, beside the spread of the seeds', () => {
    const row = (isTaught: boolean, seed: number, psnr: number) => ({ isTaught, seed, psnr });
    const { gain, noise } = figuresOf([row(false, 1, 33), row(true, 1, 33.2), row(false, 2, 33.1), row(true, 2, 33.2)]);
    expect(gain).toBeCloseTo(0.15, 9);
    expect(noise).toBeCloseTo(Math.sqrt(0.01 / 2), 9);
  });
});
