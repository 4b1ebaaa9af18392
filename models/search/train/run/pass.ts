import type { NetConfig } from '../net/config.ts';
import { layersOf } from '../net/config.ts';
import type { Loss } from './loss.ts';
import type { StepShape } from './step-graph.ts';

/** A convolution as a {@link Pass} knows it. */
export interface PassLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  /** By a PReLU. */
  readonly activated: boolean;
  readonly residualFrom: number | null;
  /** The first layer's output is added to what it reads. */
  readonly addsFirst: boolean;
}

export interface PassTask {
  readonly layers: readonly PassLayer[];
  readonly batch: number;
  /** LR pixels of a patch each way. */
  readonly side: number;
  readonly loss: Loss;
}

/** The convolutions of a step, forward and back, faster than a graph has them. */
export interface Pass {
  /**
   * @param merged of each layer weights [M, C, k, k], bias [M] and slopes [M] where it is activated
   * @param gradient out, d loss / d merged
   * @returns the loss
   */
  run(merged: Float32Array, low: Float32Array, high: Float32Array, gradient: Float32Array): number;
}

/** Handed in by who knows the device, never imported; null where there is none. */
export type OpenPass = (task: PassTask) => Pass | null;

/** @returns numbers of the merged vector */
export function mergedSize({ layers }: PassTask): number {
  return layers.reduce(
    (sum, { inputs, outputs, kernel, activated }) => sum + outputs * (inputs * kernel ** 2 + (activated ? 2 : 1)),
    0,
  );
}

/** @returns null for a net that only graphs can train */
export function passTask(net: NetConfig, { batch, patch, loss }: StepShape): PassTask | null {
  const layers = layersOf(net);
  if (net.quantize || net.activation !== 'prelu' || layers.some(({ kernel }) => kernel !== 1 && kernel !== 3))
    return null;
  return {
    layers: layers.map(({ inputs, outputs, kernel, activated, residualFrom, isLast }) => ({
      ...{ inputs, outputs, kernel, activated, residualFrom },
      addsFirst: isLast && net.longSkip,
    })),
    ...{ batch, side: patch, loss },
  };
}
