import { describe, expect, it } from 'vitest';
import type { Plane } from '../../../../main/core/frame.ts';
import type { Runtime, RuntimeModel, RuntimeOptions } from '../../../../main/core/runtime.ts';
import { createOnnxRuntime } from '../../../../main/adapters/runtimes/onnx/runtime.ts';
import { createReferenceRuntime } from '../../../../main/adapters/runtimes/reference.ts';
import { srNetBytes } from '../../../helpers/onnx-net.ts';
import type { SrNetInit } from '../../../helpers/onnx-net.ts';
import { emptyPlane, greatestDifference, randomPlane } from '../../../helpers/planes.ts';
import type { PlaneInit } from '../../../helpers/planes.ts';

const onnx = createOnnxRuntime();
const reference = createReferenceRuntime();

function modelOf(init: SrNetInit): RuntimeModel {
  const { scale = 2, colour = 'y', depth = 1, inputMaximum = 1 } = init;
  const onnxBytes = srNetBytes(init);
  return { name: 'random', onnx: onnxBytes, scale, colour, inputMaximum, receptiveField: 2 * (depth + 2) + 1 };
}

async function upscale(
  runtime: Runtime,
  model: RuntimeModel,
  input: readonly Plane[],
  init: PlaneInit,
  options?: RuntimeOptions,
): Promise<Plane[]> {
  const { width, height, bitDepth = 8 } = init;
  const geometry = { width, height, bitDepth, scale: model.scale };
  const session = await runtime.open(model, geometry, options);
  const output = input.map(() => emptyPlane({ ...init, width: width * model.scale, height: height * model.scale }));
  try {
    await session.run(input, output);
  } finally {
    await session.close();
  }
  return output;
}

function inputOf(model: RuntimeModel, init: PlaneInit): Plane[] {
  return (model.colour === 'y' ? [1] : [1, 2, 3]).map((seed) => randomPlane(init, seed));
}

function worst(a: readonly Plane[], b: readonly Plane[]): number {
  return Math.max(...a.map((plane, i) => greatestDifference(plane, b[i]!)));
}

describe('onnx against reference', () => {
  it.each<[string, SrNetInit, PlaneInit]>([
    ['one sample', {}, { width: 1, height: 1 }],
    ['3x7', {}, { width: 3, height: 7 }],
    ['one row', { scale: 3 }, { width: 33, height: 1 }],
    ['an even size', { channels: 16, depth: 3 }, { width: 64, height: 48 }],
    ['x3', { scale: 3, seed: 2 }, { width: 31, height: 17 }],
    ['x4, 32 channels', { scale: 4, channels: 32, seed: 3 }, { width: 23, height: 29 }],
    ['10 bit', { seed: 4 }, { width: 37, height: 21, bitDepth: 10 }],
    ['16 bit', { seed: 4 }, { width: 9, height: 11, bitDepth: 16 }],
    ['rgb', { colour: 'rgb', seed: 5 }, { width: 19, height: 23 }],
    ['rgb of 10 bit', { colour: 'rgb', seed: 5 }, { width: 19, height: 23, bitDepth: 10 }],
    ['a net of code values', { inputMaximum: 255, seed: 6 }, { width: 20, height: 15 }],
    ['gaps between rows, shared memory', { seed: 7 }, { width: 13, height: 9, gap: 5, shared: true }],
    ['gaps between rows', { seed: 7 }, { width: 13, height: 9, gap: 5 }],
  ])('agrees on %s', async (_, init, plane) => {
    const model = modelOf(init);
    const input = inputOf(model, plane);
    const expected = await upscale(reference, model, input, plane);
    const got = await upscale(onnx, model, input, plane);
    expect(worst(got, expected)).toBeLessThanOrEqual(1);
    // The picture is no constant: a runtime that writes nothing cannot pass.
    expect(new Set(expected[0]?.data).size).toBeGreaterThan(3);
  });

  it('takes tiles of exactly the size a network insists on', async () => {
    const model = modelOf({ size: { width: 24, height: 20 }, seed: 8 });
    const free = modelOf({ seed: 8 });
    for (const plane of [
      { width: 50, height: 41 },
      { width: 24, height: 20 },
    ]) {
      const input = inputOf(model, plane);
      const whole = await upscale(reference, free, input, plane);
      expect(worst(await upscale(onnx, model, input, plane), whole)).toBeLessThanOrEqual(1);
      expect(worst(await upscale(reference, model, input, plane), whole)).toBe(0);
    }
    const small = { width: 5, height: 7 };
    const input = inputOf(model, small);
    const padded = await upscale(reference, model, input, small);
    expect(worst(await upscale(onnx, model, input, small), padded)).toBeLessThanOrEqual(1);
  });
});

describe('tiles', () => {
  it.each<[string, SrNetInit, PlaneInit, number]>([
    ['y', { channels: 16, depth: 3 }, { width: 97, height: 61 }, 1500],
    ['y, 32 channels', { channels: 32, depth: 2, scale: 3 }, { width: 61, height: 83 }, 1200],
    ['rgb', { colour: 'rgb', scale: 4 }, { width: 71, height: 40 }, 900],
    ['10 bit', { depth: 2 }, { width: 80, height: 33, bitDepth: 10 }, 1000],
    ['16 bit', { depth: 1, channels: 16 }, { width: 75, height: 35, bitDepth: 16 }, 1000],
  ])('give the whole picture, to the bit: %s', async (_, init, plane, maxTileSamples) => {
    const model = modelOf(init);
    const input = inputOf(model, plane);
    for (const runtime of [reference, onnx]) {
      const whole = await upscale(runtime, model, input, plane);
      const tiled = await upscale(runtime, model, input, plane, { maxTileSamples });
      expect(worst(tiled, whole)).toBe(0);
    }
  });
});
