import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { keepFlatAreas } from '../../../../main/adapters/runtimes/keep-flat.ts';
import { createOnnxRuntime } from '../../../../main/adapters/runtimes/onnx/runtime.ts';
import { createSparseRuntime } from '../../../../main/adapters/runtimes/sparse/runtime.ts';
import { loadModel } from '../../../../main/app/models.ts';
import type { Plane } from '../../../../main/core/frame.ts';
import type { RuntimeSession } from '../../../../main/core/runtime.ts';
import { whyEngineMissing } from '../../../../native-bridge/cpu/engine.ts';
import { flatResponse } from '../../../../models/compiler/flat-response.ts';
import { encodeOnnx } from '../../../../models/format/onnx.ts';
import { makeTinyModel } from '../../../helpers/tiny-model.ts';

const model = await loadModel('tandem-x2-fast');
const runtime = whyEngineMissing() === null ? createSparseRuntime() : createOnnxRuntime();
const SCALE = 2;

const makePlane = (width: number, height: number): Plane => ({
  ...{ width, height, stride: width },
  data: new Uint16Array(width * height),
});

async function upscale(input: Plane, bitDepth: number, wrap: typeof keepFlatAreas): Promise<Plane> {
  const { width, height } = input;
  const geometry = { width, height, bitDepth, scale: SCALE };
  const session = wrap(await runtime.open(model, geometry, { arithmetic: 'f32' }), model, geometry);
  try {
    const output = makePlane(width * SCALE, height * SCALE);
    await session.run([input], [output]);
    return output;
  } finally {
    await session.close();
  }
}

const asItIs = (session: RuntimeSession) => session;

/** Large enough that its middle sees nothing of its neighbours. */
const SQUARE = 16;
const COLUMNS = 32;

/** The greatest difference in the middle of squares of one code each. */
async function worstFlat(codes: readonly number[], bitDepth: number, wrap: typeof keepFlatAreas): Promise<number> {
  const input = makePlane(COLUMNS * SQUARE, Math.ceil(codes.length / COLUMNS) * SQUARE);
  const codeAt = (x: number, y: number) =>
    codes[Math.min(Math.floor(y / SQUARE) * COLUMNS + Math.floor(x / SQUARE), codes.length - 1)]!;
  input.data.forEach((_, i) => (input.data[i] = codeAt(i % input.width, Math.floor(i / input.width))));
  const output = await upscale(input, bitDepth, wrap);
  let worst = 0;
  for (const [i] of codes.entries()) {
    const [left, top] = [(i % COLUMNS) * SQUARE, Math.floor(i / COLUMNS) * SQUARE].map((at) => at + SQUARE / 2 - 1);
    for (const [dx, dy] of [0, 1, 2, 3].flatMap((x) => [0, 1, 2, 3].map((y) => [x, y] as const))) {
      const got = output.data[(top! * SCALE + dy) * output.stride + left! * SCALE + dx]!;
      worst = Math.max(worst, Math.abs(got - codes[i]!));
    }
  }
  return worst;
}

describe('flat areas', () => {
  it.each([
    { bitDepth: 10, step: 1 },
    { bitDepth: 12, step: 5 },
  ])('of every code keep it at $bitDepth bits (every $step)', async ({ bitDepth, step }) => {
    const codes = Array.from({ length: Math.ceil(2 ** bitDepth / step) }, (_, i) => i * step);
    const before = await worstFlat(codes, bitDepth, asItIs);
    const after = await worstFlat(codes, bitDepth, keepFlatAreas);
    console.log(
      `flat areas of ${String(bitDepth)} bits: off by at most ${String(after)}, by the model alone ${String(before)}`,
    );
    expect(before, 'the model alone').toBeGreaterThan(1);
    expect(after).toBeLessThanOrEqual(1);
  });

  it('are kept at no cost to the rest of the picture', async () => {
    const picture = join(import.meta.dirname, '../../../../docs/before-after.png');
    const { data, info } = await sharp(picture).greyscale().raw().toBuffer({ resolveWithObject: true });
    const [width, height] = [info.width >> 1, info.height >> 1];
    const at = (x: number, y: number) => data[(y * info.width + x) * info.channels]!;
    const input = makePlane(width, height);
    // Four samples of eight bits add up to one of ten.
    input.data.forEach((_, i) => {
      const [x, y] = [(i % width) * 2, Math.floor(i / width) * 2];
      input.data[i] = at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1);
    });
    const psnr = async (wrap: typeof keepFlatAreas) => {
      const output = await upscale(input, 10, wrap);
      let sum = 0;
      for (const [i, got] of output.data.entries()) {
        sum += (got - 4 * at(i % output.width, Math.floor(i / output.width))) ** 2;
      }
      return 10 * Math.log10(1020 ** 2 / (sum / output.data.length));
    };
    const [alone, kept] = [await psnr(asItIs), await psnr(keepFlatAreas)];
    console.log(`picture of 10 bits: ${kept.toFixed(4)} dB, by the model alone ${alone.toFixed(4)} dB`);
    expect(kept).toBeGreaterThan(alone - 0.002);
  });

  it('are left to a model that means to move them', () => {
    const session = { arithmetic: 'f32', run: () => Promise.resolve(), close: () => Promise.resolve() } as const;
    const geometry = { width: 8, height: 8, bitDepth: 10, scale: SCALE };
    const tiny = makeTinyModel(SCALE);
    const weights = tiny.graph.initializers[0]!.data as Float32Array;
    const brighter = { ...model, onnx: encodeOnnx(tiny), onnxInt8: undefined };
    expect(keepFlatAreas(session, brighter, geometry)).toBe(session); // Its kernels add up to one.
    weights.forEach((weight, i) => (weights[i] = weight * 1.2));
    expect(flatResponse(encodeOnnx(tiny), 10, 1).offsets.map((offset) => offset[500])).toEqual([100, 100, 100, 100]);
    expect(keepFlatAreas(session, { ...brighter, onnx: encodeOnnx(tiny) }, geometry)).toBe(session);
  });

  it('of eight bits and of int8 are the runtime’s own', () => {
    const geometry = { width: 8, height: 8, bitDepth: 8, scale: SCALE };
    const session = { run: () => Promise.resolve(), close: () => Promise.resolve() };
    const f32 = { ...session, arithmetic: 'f32' } as const;
    const int8 = { ...session, arithmetic: 'int8' } as const;
    expect(keepFlatAreas(f32, model, geometry)).toBe(f32);
    expect(keepFlatAreas(int8, model, { ...geometry, bitDepth: 12 })).toBe(int8);
    expect(keepFlatAreas(f32, model, { ...geometry, bitDepth: 12 })).not.toBe(f32);
  });
});
