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

/** 56,736 weights: 13.07 GMAC for a 1280x720 output. The dense body that the balanced models are pruned from. */
const X2_FINE: NetConfig = { ...X2_FAST, channels: 32, hiddenLayers: 6, kernels: LAYERS_3X3(8) };

/** Trainings by the name of the model they make. */
export const PRESETS: Readonly<Record<string, TrainingConfig>> = {
  'tandem-x2-fast': {
    net: X2_FAST,
    seed: 1,
    batch: 16,
    loss: 'l1',
    schedule: { rate: 2e-3, warmupSteps: 500, patch: 32, decayPatch: 48 },
    averageDecay: 0.999,
  },
  'tandem-x2-fine': {
    net: X2_FINE,
    seed: 2,
    batch: 16,
    loss: 'l1',
    schedule: { rate: 1e-3, warmupSteps: 500, patch: 32, decayPatch: 48 },
    averageDecay: 0.999,
  },
};
