import { quantiseModel } from '../../../compiler/int8/quantise.ts';
import { decodeOnnx, encodeOnnx } from '../../../format/onnx.ts';
import type { Tensor } from '../../../ir/graph.ts';

/** Shares of the activations on each side that are tried to be clipped: outliers take steps away from all others. */
export const CLIPPED_SHARES = [0, 3e-5, 1e-4, 2e-4] as const;
/** Of these the best one as a rule. */
export const CLIPPED_SHARE = CLIPPED_SHARES[1];

/** @returns the bytes of an f32 model in int8, its weights as they were trained */
export function quantiseAfterTraining(onnx: Uint8Array, samples: readonly Tensor[], clippedShare: number): Uint8Array {
  return encodeOnnx(quantiseModel(decodeOnnx(onnx), { samples, inputMaximum: 1, clippedShare }));
}
