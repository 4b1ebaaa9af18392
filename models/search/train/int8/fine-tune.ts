import { quantizerStateSize } from '../net/forward.ts';
import type { TrainingState } from '../run/state.ts';

export interface FineTuning {
  readonly steps: number;
  readonly rate: number;
  /** LR pixels on a side. */
  readonly patch: number;
  readonly warmupSteps: number;
}

/**
 * @param trained a finished f32 training
 * @returns the state before a training of the same net under rounding: from its moving average, with a rate that decays
 *   from the warm-up on
 */
export function startFineTuning(trained: TrainingState, { steps, rate, patch, warmupSteps }: FineTuning): TrainingState {
  const net = { ...trained.config.net, quantize: true };
  const { average, decay, mask } = trained.vectors;
  const zeros = (): Float32Array => new Float32Array(average.length);
  return {
    config: { ...trained.config, net, schedule: { rate, warmupSteps, patch, decayPatch: patch } },
    plan: { start: Math.min(warmupSteps, steps - 1), steps: Math.max(1, steps - warmupSteps) },
    step: 0,
    lrPixels: 0,
    momentSteps: 0,
    vectors: {
      ...{ p: average.slice(), m: zeros(), v: zeros(), average: average.slice() },
      ...{ decay: decay.slice(), mask: mask.slice() },
      // Scale 1/255 and zero point 0: the range [0, 1] until the first step has measured one.
      quantizer: new Float32Array(quantizerStateSize(net)).map((_, i) => (i % 2 === 0 ? 1 / 255 : 0)),
    },
  };
}
