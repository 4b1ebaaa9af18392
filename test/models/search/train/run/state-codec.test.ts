import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../../../models/search/train/presets.ts';
import { countWeights } from '../../../../../models/search/train/net/config.ts';
import { decodeState, encodeState } from '../../../../../models/search/train/run/state-codec.ts';
import { createState } from '../../../../../models/search/train/run/state.ts';
import type { TrainingState, VectorName } from '../../../../../models/search/train/run/state.ts';

const config = PRESETS['tandem-x2-fast']!;

/** Vectors as text: comparing them element by element takes seconds. */
function describeState(state: TrainingState) {
  const text = (name: VectorName) => Buffer.from(state.vectors[name].buffer).toString('base64');
  return {
    ...state,
    vectors: { p: text('p'), m: text('m'), v: text('v'), average: text('average'), mask: text('mask') },
  };
}

describe('training state', () => {
  it('gives back what was written', () => {
    const state = createState(config, 1000);
    state.step = 17;
    state.vectors.m[3] = -0.5;
    state.vectors.mask[1] = 0;
    const back = decodeState(encodeState(state, { moments: true }));
    expect(describeState(back)).toEqual(describeState(state));
  });

  it('is small enough to be kept beside the model without the moments: the best parameters once', () => {
    const state = createState(config, 1000);
    for (const name of ['p', 'm', 'v', 'average'] as const) {
      state.vectors[name].forEach((_, i) => (state.vectors[name][i] = Math.sin(i + name.length)));
    }
    state.vectors.mask.forEach((_, i) => (state.vectors.mask[i] = (i * 7919) % 16 < 9 ? 1 : 0));
    const bytes = encodeState(state, { moments: false });
    expect(bytes.byteLength).toBeLessThan(3 * state.vectors.p.length + state.vectors.mask.length / 4 + 2000);
    const back = decodeState(bytes);
    const errors = back.vectors.average.map((v, i) => Math.abs(v / state.vectors.average[i]! - 1));
    expect(errors.reduce((most, error) => Math.max(most, error))).toBeLessThanOrEqual(2 ** -16);
    expect(describeState(back).vectors.p).toBe(describeState(back).vectors.average);
    expect(encodeState(back, { moments: false })).toEqual(bytes);
    expect(describeState(back).vectors.mask).toBe(describeState(state).vectors.mask);
    expect(back.vectors.m.every((v) => v === 0)).toBe(true);
    expect(back.momentSteps).toBe(0);
  });

  it('refuses damaged bytes', () => {
    const bytes = encodeState(createState(config, 1000), { moments: true });
    const packed = encodeState(createState(config, 1000), { moments: false });
    const cuts = [bytes.subarray(0, 17), bytes.subarray(0, 900), bytes.subarray(0, -4), packed.subarray(0, -4)];
    for (const damaged of [new Uint8Array(), ...cuts]) {
      expect(() => decodeState(damaged)).toThrow(/expected a whole training state/);
    }
  });

  it('holds the first model to its budget of weights', () => {
    expect(countWeights(config.net)).toBe(9936);
  });
});
