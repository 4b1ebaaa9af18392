import { requireAddon, whyEngineMissing } from './engine.ts';

/** A convolution of a chain; the first reads one channel, the last gives one channel for each pixel of a shuffled square. */
export interface TrainingLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** Side of its kernel: 1 or 3, stride 1, borders of zeros. */
  readonly kernel: number;
  /** By a PReLU, whose slopes are parameters. */
  readonly activated: boolean;
  /** Layer whose output is added behind the activation; null where nothing is. */
  readonly residualFrom: number | null;
  /** The first layer's output is added to what it reads. */
  readonly addsFirst: boolean;
}

/** In the order of train_pass.h's TrainLoss. */
const LOSSES = ['l1', 'l2', 'psnr'] as const;

export interface TrainingTask {
  readonly layers: readonly TrainingLayer[];
  /** Patches, and pixels of one each way. */
  readonly batch: number;
  readonly side: number;
  /** Mean absolute error, mean squared error, or the PSNR of a patch, negated. */
  readonly loss: (typeof LOSSES)[number];
  /** Instruction set; the best when absent. */
  readonly isa?: string;
}

export interface TrainingPass {
  /**
   * Forward, loss and gradients of one batch, on the calling thread.
   * @param parameters of each layer its weights [outputs, inputs, k, k], bias and, where it is activated, slopes
   * @param low [batch, side, side]; the prediction is this plus what the last layer gives
   * @param high [batch, outputs, side, side]
   * @param gradient out, as the parameters
   * @returns the loss
   */
  run(parameters: Float32Array, low: Float32Array, high: Float32Array, gradient: Float32Array): number;
}

/**
 * Opens a training's convolutions in C++. The memory goes with the object.
 * @returns null where the engine is missing
 * @throws what the addon refuses
 */
export function openTrainingPass({ layers, batch, side, loss, isa = '' }: TrainingTask): TrainingPass | null {
  if (whyEngineMissing() !== null) return null;
  const numbers = layers.flatMap(({ inputs, outputs, kernel, activated, residualFrom, addsFirst }) => [
    ...[inputs, outputs, kernel, Number(activated), residualFrom ?? -1, Number(addsFirst)],
  ]);
  const addon = requireAddon();
  const task = { batch, side, loss: LOSSES.indexOf(loss) };
  const pass = addon.openTraining(Int32Array.from(numbers), task, isa);
  return { run: (parameters, low, high, gradient) => addon.runTraining(pass, parameters, low, high, gradient) };
}
