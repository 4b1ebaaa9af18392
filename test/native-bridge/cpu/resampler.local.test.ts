import { describe, expect, it } from 'vitest';
import type { Plane } from '../../../main/core/frame.ts';
import { createPlaneResampler } from '../../../main/core/plane-resampler.ts';
import type { LineMapping } from '../../../main/core/resample-taps.ts';
import { planLine } from '../../../main/core/resample-taps.ts';
import { requireAddon, whyEngineMissing } from '../../../native-bridge/cpu/engine.ts';
import { createNativeResampler } from '../../../native-bridge/cpu/resampler.ts';
import { emptyPlane, randomPlane } from '../../helpers/planes.ts';

const missing = whyEngineMissing();
if (missing !== null) console.log(`The native resampler is not tested: ${missing}`);

/** Lines of `from` samples to `to`, shifted by `origin`. */
const line = (from: number, to: number, origin: number): LineMapping => ({
  ...{ inLength: from, outLength: to, step: from / to, origin },
});

const upscale = (across: LineMapping, down: LineMapping, input: Plane, gap: number, isNative: boolean): Plane => {
  const output = emptyPlane({ width: across.outLength, height: down.outLength, gap });
  createPlaneResampler(across, down, 8, isNative ? createNativeResampler : undefined).resample(input, output);
  return output;
};

describe.skipIf(missing !== null)('the native resampler', () => {
  it.each([
    ['twice as large', line(37, 74, -0.375), line(21, 42, -0.25)],
    ['three times, shifted', line(16, 48, 0.4), line(9, 27, -0.3)],
    ['wider than a vector, with a rest', line(187, 374, -0.25), line(21, 42, -0.25)],
    ['smaller', line(64, 23, 0.9), line(40, 17, 0.6)],
    ['one sample', line(1, 2, -0.25), line(1, 2, -0.25)],
    ['three rows', line(5, 10, -0.25), line(3, 6, -0.25)],
  ])('gives the samples of the TypeScript: %s', (_, across, down) => {
    for (const gap of [0, 5]) {
      const input = randomPlane({ width: across.inLength, height: down.inLength, gap }, 3);
      const exact = upscale(across, down, input, gap, false);
      expect(upscale(across, down, input, gap, true).data).toEqual(exact.data);
      // The picture is no constant: a resampler that writes nothing cannot pass.
      expect(exact.data.some((v) => v !== 0)).toBe(true);
    }
  });

  it('refuses what would read or write outside', () => {
    const addon = requireAddon();
    const { starts, fixed, taps } = planLine(line(8, 16, -0.25));
    const words = [8, 16, taps, ...starts, ...fixed];
    const good = Int32Array.from([...words, ...words]);
    const [input, output] = [new Uint8Array(64), new Uint8Array(256)];
    expect(() => addon.resample(good, input, 8, output, 16)).not.toThrow();
    expect(() => addon.resample(good, input, 9, output, 16)).toThrow('too few samples as input');
    expect(() => addon.resample(good, input, 8, output.subarray(1), 16)).toThrow('too few samples as output');
    expect(() => addon.resample(good, input, 8, new Uint16Array(256), 16)).toThrow('another type of array as output');
    expect(() => addon.resample(good.subarray(1), input, 8, output, 16)).toThrow('expected planes to resample but got');
    expect(() => addon.resample(good.subarray(0, 150), input, 8, output, 16)).toThrow('taps that are cut off');
    const stray = good.slice();
    stray[3] = 7;
    expect(() => addon.resample(stray, input, 8, output, 16)).toThrow('taps outside the line');
  });
});
