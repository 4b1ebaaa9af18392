import type { Tensor } from '../../../ir/graph.ts';
import type { TrainingSet } from '../data/training-set.ts';

const SAMPLES = 64;
const SIDE = 48;
const SEED = 7;

/** @returns patches of the training images, the same ones every time, to see a network's activations on */
export function pickCalibrationSamples(training: TrainingSet): Tensor[] {
  const size = SIDE * SIDE;
  const lr = new Float32Array(SAMPLES * size);
  const hr = new Float32Array(lr.length * training.scale ** 2);
  training.fillBatch({ seed: SEED, step: 0, batch: SAMPLES, patch: SIDE }, lr, hr);
  return Array.from({ length: SAMPLES }, (_, i) => ({
    dims: [1, 1, SIDE, SIDE],
    data: lr.subarray(i * size, (i + 1) * size),
  }));
}
