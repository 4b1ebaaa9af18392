import type { Plane } from './frame.ts';
import { kernelU8, makeDeepKernel } from './resample-kernels.ts';
import type { ResampleKernel } from './resample-kernels.ts';
import { planLine } from './resample-taps.ts';
import type { LineMapping, LineTaps } from './resample-taps.ts';

/** Resamples planes of one size: rows stream through a ring of as many lines as the vertical kernel is high. */
export interface PlaneResampler {
  /** Fills `output` from `input`; both must have the sizes that were planned. */
  resample(input: Plane, output: Plane): void;
}

/** Makes a resampler of 8-bit planes that gives the very same samples sooner; null where it cannot. */
export type MakeResampler = (across: LineTaps, down: LineTaps) => PlaneResampler | null;

/**
 * @param across how columns map
 * @param down how rows map
 * @param bitDepth bits per sample, 8 to 16; results are rounded half up and clamped to the code range
 * @param makeFast used where it can
 */
export function createPlaneResampler(
  across: LineMapping,
  down: LineMapping,
  bitDepth: number,
  makeFast?: MakeResampler,
): PlaneResampler {
  const horizontal = planLine(across);
  const vertical = planLine(down);
  const fast = bitDepth === 8 ? (makeFast?.(horizontal, vertical) ?? null) : null;
  if (fast !== null) return fast;
  return bitDepth === 8
    ? streamRows(kernelU8, horizontal, vertical)
    : streamRows(makeDeepKernel(bitDepth), horizontal, vertical);
}

function streamRows<Ring extends Int32Array | Float64Array>(
  kernel: ResampleKernel<Ring>,
  horizontal: LineTaps,
  vertical: LineTaps,
): PlaneResampler {
  const width = horizontal.outLength;
  const ring = kernel.makeRing(width * vertical.taps);
  const lines = new Int32Array(vertical.taps);
  return {
    resample(input, output) {
      assertSize(input, horizontal.inLength, vertical.inLength);
      assertSize(output, width, vertical.outLength);
      let made = 0;
      for (let y = 0; y < vertical.outLength; y++) {
        const start = vertical.starts[y]!;
        const end = start + vertical.taps;
        for (made = Math.max(made, start); made < end; made++) {
          kernel.across(input, made, horizontal, ring, (made % vertical.taps) * width);
        }
        for (let t = 0; t < vertical.taps; t++) lines[t] = ((start + t) % vertical.taps) * width;
        kernel.down(ring, lines, vertical, output, y);
      }
    },
  };
}

function assertSize(plane: Plane, width: number, height: number): void {
  if (plane.width === width && plane.height === height) return;
  throw new RangeError(`expected a plane of ${width}x${height} but got ${plane.width}x${plane.height}`);
}
