import { describe, expect, it } from 'vitest';
import { patchAt, planDecay, planDecayFrom, rateAt } from '../../../../../models/search/train/run/schedule.ts';

const config = { rate: 1e-3, warmupSteps: 10, patch: 32, decayPatch: 48 };

describe('schedule', () => {
  it('warms up, stays, and decays to nothing over the last fifth', () => {
    const plan = planDecay(1000);
    expect(plan).toEqual({ start: 800, steps: 200 });
    expect(rateAt(config, plan, 0)).toBeCloseTo(1e-4, 12);
    expect(rateAt(config, plan, 9)).toBe(1e-3);
    expect(rateAt(config, plan, 799)).toBe(1e-3);
    expect(rateAt(config, plan, 900)).toBeCloseTo(5e-4, 12);
    expect(rateAt(config, plan, 1000)).toBeCloseTo(0, 12);
  });

  it('makes a decay that begins now the last fifth', () => {
    expect(planDecayFrom(800)).toEqual({ start: 800, steps: 200 });
    expect(planDecayFrom(1)).toEqual({ start: 1, steps: 1 });
  });

  it('takes as long for the decay as it is told', () => {
    expect(planDecay(1000, 400)).toEqual({ start: 600, steps: 400 });
    expect(planDecay(1000, 1000)).toEqual({ start: 0, steps: 1000 });
    expect(planDecayFrom(800, 400)).toEqual({ start: 800, steps: 400 });
  });

  it('takes larger patches while decaying', () => {
    const plan = planDecay(10);
    expect([0, 7, 8, 9].map((step) => patchAt(config, plan, step))).toEqual([32, 32, 48, 48]);
  });
});
