import { expect, it } from 'vitest';
import { describeProgress } from '../../../../../main/shells/cli/commands/train-progress.ts';

const progress = {
  step: 1200,
  totalSteps: 100_000,
  isDecaying: false,
  rate: 0.002,
  loss: 0.0251234,
  validationPsnr: null,
  lrPixels: 19_660_800,
  msPerStep: 41.26,
  secondsLeft: 4077,
};

it('shows a training in one line', () => {
  expect(describeProgress(progress)).toBe(
    'step 1200/100000  rate 2.00e-3  loss 0.02512  19.7 M LR pixels  41.3 ms/step  1 h 8 min left',
  );
  expect(describeProgress({ ...progress, isDecaying: true, validationPsnr: 33.2161, secondsLeft: 100 })).toBe(
    'step 1200/100000 decaying  rate 2.00e-3  loss 0.02512  validation 33.216 dB  19.7 M LR pixels  41.3 ms/step  2 min left',
  );
});
