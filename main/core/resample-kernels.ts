import type { Plane } from './frame.ts';
import type { LineTaps } from './resample-taps.ts';

/**
 * The arithmetic of a separable resampler for one sample width. `across` makes one line of the intermediate ring from
 * an input row; `down` makes one output row from the `taps` ring lines at `lines` (offsets into the ring).
 */
export interface ResampleKernel<Ring extends Int32Array | Float64Array> {
  makeRing(length: number): Ring;
  across(input: Plane, row: number, taps: LineTaps, ring: Ring, offset: number): void;
  down(ring: Ring, lines: Int32Array, taps: LineTaps, output: Plane, row: number): void;
}

/** 8 bit, all in int32: the intermediate keeps 6 bits below the point, 8 + 6 + 14 stay under 31. */
export const kernelU8: ResampleKernel<Int32Array> = {
  makeRing: (length) => new Int32Array(length),

  across(input, row, { taps, starts, fixed, outLength }, ring, offset) {
    const data = input.data;
    const base = row * input.stride;
    if (taps !== 4) {
      for (let x = 0; x < outLength; x++) {
        let sum = 128;
        for (let t = 0; t < taps; t++) sum += Math.imul(data[base + starts[x]! + t]!, fixed[x * taps + t]!);
        ring[offset + x] = sum >> 8;
      }
      return;
    }
    for (let x = 0; x < outLength; x++) {
      const s = base + starts[x]!;
      const w = x * 4;
      const near = Math.imul(data[s + 1]!, fixed[w + 1]!) + Math.imul(data[s + 2]!, fixed[w + 2]!);
      const far = Math.imul(data[s]!, fixed[w]!) + Math.imul(data[s + 3]!, fixed[w + 3]!);
      ring[offset + x] = (near + far + 128) >> 8;
    }
  },

  down(ring, lines, { taps, fixed }, output, row) {
    const { width, stride } = output;
    const data = clamped(output);
    const base = row * stride;
    const first = row * taps;
    if (taps !== 4) {
      for (let x = 0; x < width; x++) {
        let sum = 1 << 19;
        for (let t = 0; t < taps; t++) sum += Math.imul(ring[lines[t]! + x]!, fixed[first + t]!);
        data[base + x] = sum >> 20;
      }
      return;
    }
    const [a, b, c, d] = [lines[0]!, lines[1]!, lines[2]!, lines[3]!];
    const [wa, wb, wc, wd] = [fixed[first]!, fixed[first + 1]!, fixed[first + 2]!, fixed[first + 3]!];
    for (let x = 0; x < width; x++) {
      const near = Math.imul(ring[b + x]!, wb) + Math.imul(ring[c + x]!, wc);
      const far = Math.imul(ring[a + x]!, wa) + Math.imul(ring[d + x]!, wd);
      data[base + x] = (near + far + (1 << 19)) >> 20;
    }
  },
};

/** More than 8 bit, in float64: as exact as the samples, at about twice the time. */
export function makeDeepKernel(bitDepth: number): ResampleKernel<Float64Array> {
  const greatest = 2 ** bitDepth - 1;
  return {
    makeRing: (length) => new Float64Array(length),

    across(input, row, { taps, starts, weights, outLength }, ring, offset) {
      const data = input.data;
      const base = row * input.stride;
      for (let x = 0; x < outLength; x++) {
        const s = base + starts[x]!;
        let sum = 0;
        for (let t = 0; t < taps; t++) sum += data[s + t]! * weights[x * taps + t]!;
        ring[offset + x] = sum;
      }
    },

    down(ring, lines, { taps, weights }, output, row) {
      const { data, width, stride } = output;
      const first = row * taps;
      for (let x = 0; x < width; x++) {
        let sum = 0.5;
        for (let t = 0; t < taps; t++) sum += ring[lines[t]! + x]! * weights[first + t]!;
        data[row * stride + x] = sum < 0 ? 0 : sum > greatest ? greatest : sum;
      }
    },
  };
}

/** The same samples, whose store clamps in one instruction. */
function clamped({ data }: Plane): Uint8ClampedArray {
  return new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
}
