import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../../../models/search/train/presets.ts';
import { countWeights } from '../../../../../models/search/train/net/config.ts';
import { decodeState, encodeState } from '../../../../../models/search/train/run/state-codec.ts';
import { createState } from '../../../../../models/search/train/run/state.ts';

const config = PRESETS['tandem-x2-fast']!;

describe('training state', () => {
  it('gives back what was written', () => {
    const state = createState(config, 1000);
    state.step = 17;
    state.vectors.m[3] = -0.5;
    state.vectors.mask[1] = 0;
    expect(decodeState(encodeState(state, { moments: true }))).toEqual(state);
  });

  it('is small enough to be kept beside the model without the moments', () => {
    const state = createState(config, 1000);
    for (const vector of Object.values(state.vectors)) vector.forEach((_, i) => (vector[i] = Math.sin(i)));
    const bytes = encodeState(state, { moments: false });
    expect(bytes.byteLength).toBeLessThan(600_000);
    const back = decodeState(bytes);
    expect(back.vectors.p).toEqual(state.vectors.p);
    expect(back.vectors.m.every((v) => v === 0)).toBe(true);
    expect(back.momentSteps).toBe(0);
  });

  it('refuses damaged bytes', () => {
    const bytes = encodeState(createState(config, 1000), { moments: true });
    for (const damaged of [new Uint8Array(), bytes.subarray(0, 17), bytes.subarray(0, 900), bytes.subarray(0, -4)]) {
      expect(() => decodeState(damaged)).toThrow(/expected a whole training state/);
    }
  });

  it('holds the first model to its budget of weights', () => {
    expect(countWeights(config.net)).toBe(9936);
  });
});
