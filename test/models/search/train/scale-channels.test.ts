import { expect, it } from 'vitest';
import { linearised } from '../../../../models/search/train/int8/scale-channels.ts';

const layer = {
  weights: Float32Array.of(8, 4, 2),
  bias: Float32Array.of(16, 8, 4),
  slope: Float32Array.of(0.5, 0.25, -0.5),
};

it('takes the slope of an output that is never above 0 into its weights', () => {
  const spans = [
    { low: -1, high: 0 },
    { low: -1, high: 1 },
    { low: -1, high: 0 },
  ];
  const { weights, bias, slope } = linearised(layer, spans);
  // The second is above 0 at times; the third has a slope that makes it positive.
  expect(weights).toEqual(Float32Array.of(4, 4, 2));
  expect(bias).toEqual(Float32Array.of(8, 8, 4));
  expect(slope).toEqual(Float32Array.of(1, 0.25, -0.5));
});
