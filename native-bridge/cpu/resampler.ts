import type { Plane } from '../../main/core/frame.ts';
import type { PlaneResampler } from '../../main/core/plane-resampler.ts';
import type { LineTaps } from '../../main/core/resample-taps.ts';
import { requireAddon, whyEngineMissing } from './engine.ts';

/**
 * A resampler of 8-bit planes in C++, bit for bit what main/core/plane-resampler.ts gives. It computes on the calling
 * thread.
 * @returns null where the engine is missing
 */
export function createNativeResampler(across: LineTaps, down: LineTaps): PlaneResampler | null {
  if (whyEngineMissing() !== null) return null;
  const addon = requireAddon();
  const taps = Int32Array.from([...wordsOf(across), ...wordsOf(down)]);
  return {
    resample: (input: Plane, output: Plane) =>
      addon.resample(taps, input.data, input.stride, output.data, output.stride),
  };
}

function wordsOf({ inLength, outLength, taps, starts, fixed }: LineTaps): number[] {
  return [inLength, outLength, taps, ...starts, ...fixed];
}
