import type { NetConfig } from './net/config.ts';
import type { TrainingConfig } from './run/state.ts';

const LAYERS_3X3 = (count: number): number[] => Array.from({ length: count }, () => 3);

/** 9,936 weights: 2.29 GMAC for a 1280x720 output. */
const X2_FAST: NetConfig = {
  scale: 2,
  channels: 16,
  hiddenLayers: 4,
  activation: 'prelu',
  block: 'edge',
  kernels: LAYERS_3X3(6),
  longSkip: true,
  base: 'nearest',
  quantize: false,
};

/** 68,472 weights: 15.78 GMAC for a 1280x720 output. The dense body to prune balanced models from. */
const X2_FINE: NetConfig = { ...X2_FAST, channels: 24, hiddenLayers: 13, kernels: LAYERS_3X3(15) };

/** 121,248 weights: 27.94 GMAC. */
const X2_WIDE: NetConfig = { ...X2_FINE, channels: 32 };

/** @returns a plain chain of re-parameterised 3x3 convolutions, as the fast models have it, of another width */
export function plainNet(scale: 2 | 3 | 4, channels: number): NetConfig {
  return { ...X2_FAST, scale, channels };
}

const FAST_TRAINING = {
  batch: 16,
  loss: 'l1',
  schedule: { rate: 2e-3, warmupSteps: 500, patch: 32, decayPatch: 48 },
  averageDecay: 0.999,
} as const;
const FINE_TRAINING = {
  ...FAST_TRAINING,
  optimiser: 'muon',
  schedule: { ...FAST_TRAINING.schedule, rate: 1.5e-3 },
} as const;

/** Trainings by the name of the model they make. */
export const PRESETS: Readonly<Record<string, TrainingConfig>> = {
  'tandem-x2-fast': { net: X2_FAST, seed: 1, ...FAST_TRAINING },
  'tandem-x2-fine': { net: X2_FINE, seed: 2, ...FINE_TRAINING },
  // A wider body to prune fine models from, best begun on the one above: --body.
  'tandem-x2-wide': { net: X2_WIDE, seed: 11, ...FINE_TRAINING },
  // The dense body of the model for compressed video.
  'tandem-x2-video': { net: X2_FINE, seed: 7, ...FINE_TRAINING, lowResolution: 'x264' },
  // Best begun on the body of the x2 network: --body.
  'tandem-x3-fast': { net: { ...X2_FAST, scale: 3 }, seed: 3, ...FAST_TRAINING },
  'tandem-x4-fast': { net: { ...X2_FAST, scale: 4 }, seed: 4, ...FAST_TRAINING },
  'tandem-x3-fine': { net: { ...X2_FINE, scale: 3 }, seed: 5, ...FINE_TRAINING },
  'tandem-x4-fine': { net: { ...X2_FINE, scale: 4 }, seed: 6, ...FINE_TRAINING },
};
