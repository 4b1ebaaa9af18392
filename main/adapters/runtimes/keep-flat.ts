/** Flat areas come out as they went in, where samples are fine enough that a model's own error would show. */
import { flatResponse } from '../../../models/compiler/flat-response.ts';
import type { FlatResponse } from '../../../models/compiler/flat-response.ts';
import { isAppError } from '../../core/errors.ts';
import type { Plane } from '../../core/frame.ts';
import type { RuntimeGeometry, RuntimeModel, RuntimeSession } from '../../core/runtime.ts';

/** A model that moves a flat area by more than this part of the range means to: it is left alone. */
const LARGEST_ERROR = 1 / 128;

/**
 * Takes off, sample by sample, what the model would add to a flat area of the sample's own value. In eight bits that is less
 * than half a code nearly everywhere, in twelve it is up to a dozen codes near black.
 * @returns the session itself where there is nothing to take off: eight bits, int8, RGB, or no network that the compiler knows
 */
export function keepFlatAreas(session: RuntimeSession, model: RuntimeModel, geometry: RuntimeGeometry): RuntimeSession {
  const response = session.arithmetic !== 'int8' ? measure(model, geometry) : null;
  if (response === null) return session;
  return {
    ...session,
    run: async (input, output, onTimes) => {
      await session.run(input, output, onTimes);
      takeOff(input[0]!, output[0]!, response, 2 ** geometry.bitDepth - 1);
    },
    close: () => session.close(),
  };
}

function measure({ onnx, colour, inputMaximum }: RuntimeModel, { bitDepth }: RuntimeGeometry): FlatResponse | null {
  if (bitDepth <= 8 || colour !== 'y') return null;
  try {
    const response = flatResponse(onnx, bitDepth, inputMaximum);
    const worst = response.offsets.reduce((most, each) => each.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0);
    return worst === 0 || worst > LARGEST_ERROR * 2 ** bitDepth ? null : response;
  } catch (error) {
    if (isAppError(error) && error.code === 'model-unsupported') return null;
    throw error;
  }
}

function takeOff(input: Plane, output: Plane, { scale, offsets }: FlatResponse, maximum: number): void {
  for (let y = 0; y < output.height; y++) {
    const from = Math.floor(y / scale) * input.stride;
    for (let phase = 0; phase < scale; phase++) {
      const offset = offsets[(y % scale) * scale + phase]!;
      for (let x = 0, to = y * output.stride + phase; x < input.width; x++, to += scale) {
        const moved = offset[input.data[from + x]!]!;
        if (moved !== 0) output.data[to] = Math.min(Math.max(output.data[to]! - moved, 0), maximum);
      }
    }
  }
}
