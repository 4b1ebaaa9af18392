import { afterEach, describe, expect, it } from 'vitest';
import { createOnnxRuntime } from '../../../../main/adapters/runtimes/onnx/runtime.ts';
import { createReferenceRuntime } from '../../../../main/adapters/runtimes/reference.ts';
import { createSparseRuntime } from '../../../../main/adapters/runtimes/sparse/runtime.ts';
import { withFallback } from '../../../../main/adapters/runtimes/with-fallback.ts';
import type { Plane } from '../../../../main/core/frame.ts';
import type { RuntimeModel, RuntimeSession } from '../../../../main/core/runtime.ts';
import { compileSparse } from '../../../../models/compiler/compile.ts';
import { quantiseModel } from '../../../../models/compiler/int8/quantise.ts';
import { interpretPacked } from '../../../../models/compiler/interpret-packed.ts';
import type { Picture } from '../../../../models/compiler/interpret-packed.ts';
import { encodeOnnx } from '../../../../models/format/onnx.ts';
import type { OnnxModel } from '../../../../models/format/onnx.ts';
import { availableIsas, whyEngineMissing } from '../../../../native-bridge/cpu/engine.ts';
import { floats, net, op } from '../../../helpers/onnx-net.ts';
import { randomNet } from '../../../helpers/random-net.ts';
import { randomPicture, toNumbers } from '../../../helpers/random-picture.ts';

const missing = whyEngineMissing();
if (missing !== null) console.log(`The sparse engine's tests are skipped: ${missing}`);
const isas = missing === null ? availableIsas() : [];

const open = new Set<RuntimeSession>();
afterEach(async () => {
  for (const session of open) await session.close();
  open.clear();
});

function modelOf(onnx: OnnxModel, picture: Picture, more: Partial<RuntimeModel> = {}): RuntimeModel {
  const planes = picture.planes.length;
  const scale = scaleOf(onnx);
  const facts = { name: 'random', scale, inputMaximum: 1, receptiveField: 99 };
  return { ...facts, colour: planes === 1 ? 'y' : 'rgb', onnx: encodeOnnx(onnx), ...more };
}

function scaleOf(onnx: OnnxModel): number {
  const shuffle = onnx.graph.nodes.find((node) => node.opType === 'DepthToSpace')?.attributes.blocksize;
  return shuffle?.type === 'int' ? shuffle.value : 1;
}

/** Planes with a gap behind each row, which must stay as it is. */
function spread({ width, height, planes }: Picture, gap: number, fill: number): Plane[] {
  return planes.map((plane) => {
    const stride = width + gap;
    const Samples = plane instanceof Uint8Array ? Uint8Array : Uint16Array;
    const data = new Samples(stride * height).fill(fill);
    for (let y = 0; y < height; y += 1) data.set(plane.subarray(y * width, (y + 1) * width), y * stride);
    return { data, width, height, stride };
  });
}

function blank({ width, height, planes }: Picture, scale: number): Picture {
  const size = { width: width * scale, height: height * scale };
  return {
    ...size,
    planes: planes.map((p) =>
      p instanceof Uint8Array ? new Uint8Array(size.width * size.height) : new Uint16Array(size.width * size.height),
    ),
  };
}

async function upscale(session: RuntimeSession, picture: Picture, scale: number): Promise<Plane[]> {
  open.add(session);
  const output = spread(blank(picture, scale), 5, 77);
  await session.run(spread(picture, 3, 9), output);
  for (const { data, width, height, stride } of output) {
    for (let y = 0; y < height; y += 1)
      expect(data.subarray(y * stride + width, (y + 1) * stride).every((v) => v === 77)).toBe(true);
  }
  return output;
}

function largestDifference(a: readonly Plane[], b: readonly Plane[]): number {
  return Math.max(...a.flatMap(({ data }, p) => Array.from(data, (v, i) => Math.abs(v - (b[p]?.data[i] ?? -1e9)))));
}

const SIZES = [
  [1, 1],
  [9, 4],
  [37, 21],
] as const;
const SEEDS = Array.from({ length: 12 }, (_, i) => i + 101);

describe.skipIf(missing !== null)('sparse runtime', () => {
  it.each(SEEDS)('differs from the reference by rounding only, random network %i', async (seed) => {
    const onnx = randomNet(seed);
    for (const bitDepth of [8, 10]) {
      for (const [width, height] of SIZES) {
        const planes = onnx.graph.inputs[0]?.dims?.[1] === 3 ? 3 : 1;
        const picture = randomPicture({ width, height, planes, bitDepth, seed });
        const model = modelOf(onnx, picture);
        const geometry = { width, height, bitDepth, scale: model.scale };
        const exact = await upscale(await createReferenceRuntime().open(model, geometry), picture, model.scale);
        for (const isa of isas) {
          const session = await createSparseRuntime({ isa }).open(model, geometry, { threads: 2 });
          expect(session.arithmetic).toBe('f32');
          const got = await upscale(session, picture, model.scale);
          expect(largestDifference(got, exact), `${isa} ${width}x${height} at ${bitDepth} bits`).toBeLessThanOrEqual(1);
        }
      }
    }
  });

  it.each(SEEDS)('equals the integer reference in int8, random network %i', async (seed) => {
    const onnx = randomNet(seed);
    const planes = onnx.graph.inputs[0]?.dims?.[1] === 3 ? 3 : 1;
    const samples = [toNumbers(randomPicture({ width: 12, height: 12, planes, seed: seed + 1 }), 8, 1)];
    const onnxInt8 = encodeOnnx(quantiseModel(onnx, { samples, inputMaximum: 1 }));
    for (const bitDepth of [8, 10]) {
      const { network } = compileSparse(onnxInt8, { bitDepth, inputMaximum: 1 });
      for (const [width, height] of SIZES) {
        const picture = randomPicture({ width, height, planes, bitDepth, seed });
        const model = modelOf(onnx, picture, { onnxInt8 });
        const exact = spread(interpretPacked(network, picture), 5, 77);
        const geometry = { width, height, bitDepth, scale: model.scale };
        const reference = await createReferenceRuntime().open(model, geometry, { arithmetic: 'int8' });
        expect(largestDifference(await upscale(reference, picture, model.scale), exact)).toBe(0);
        for (const isa of isas) {
          // int8 is also what it chooses itself, where samples are no finer.
          const own = await createSparseRuntime({ isa }).open(model, geometry, { threads: 2 });
          open.add(own);
          expect(own.arithmetic).toBe(bitDepth > 8 ? 'f32' : 'int8');
          expect(own.note ?? '').toMatch(bitDepth > 8 ? /has 10 bits a sample; --arithmetic int8/ : /^$/);
          const asked = { threads: 2, arithmetic: 'int8' } as const;
          const session = bitDepth > 8 ? await createSparseRuntime({ isa }).open(model, geometry, asked) : own;
          const got = await upscale(session, picture, model.scale);
          expect(largestDifference(got, exact), `${isa} ${width}x${height} at ${bitDepth} bits`).toBe(0);
        }
      }
    }
  });

  it('refuses int8 of a model that has none', async () => {
    const picture = randomPicture({ width: 8, height: 8, seed: 1 });
    const model = modelOf(randomNet(3, { colour: 'y', scale: 2 }), picture);
    const geometry = { width: 8, height: 8, bitDepth: 8, scale: 2 };
    const opening = createSparseRuntime().open(model, geometry, { arithmetic: 'int8' });
    await expect(opening).rejects.toMatchObject({ code: 'model-unsupported' });
  });

  it('computes in f32, with a note, a model whose int8 file it cannot take', async () => {
    const picture = randomPicture({ width: 8, height: 8, seed: 1 });
    const onnx = randomNet(3, { colour: 'y', scale: 2 });
    const samples = [toNumbers(picture, 8, 1)];
    const good = quantiseModel(onnx, { samples, inputMaximum: 1 });
    const [first, ...rest] = good.graph.nodes;
    // The pair that stands behind this one reads codes that are no codes of the input.
    const odd = {
      ...good,
      graph: { ...good.graph, nodes: [{ ...first!, opType: 'Sigmoid', inputs: [first!.inputs[0]!] }, ...rest] },
    };
    const model = modelOf(onnx, picture, { onnxInt8: encodeOnnx(odd) });
    const geometry = { width: 8, height: 8, bitDepth: 8, scale: 2 };
    const session = await createSparseRuntime().open(model, geometry);
    open.add(session);
    expect(session.arithmetic).toBe('f32');
    expect(session.note).toMatch(/^It is computed in f32: /);
  });

  it('computes several pictures at a time', async () => {
    const onnx = randomNet(5, { colour: 'y', scale: 2 });
    const geometry = { width: 31, height: 17, bitDepth: 8, scale: 2 };
    const pictures = [1, 2, 3].map((seed) => randomPicture({ width: 31, height: 17, seed }));
    const model = modelOf(onnx, pictures[0]!);
    const session = await createSparseRuntime({ lanes: 2 }).open(model, geometry, { threads: 2 });
    open.add(session);
    expect(session.slots).toBe(3);
    const outputs = pictures.map((picture) => spread(blank(picture, 2), 0, 0));
    await Promise.all(pictures.map((picture, i) => session.run(spread(picture, 0, 0), outputs[i]!)));
    for (const [i, picture] of pictures.entries()) {
      const alone = await createSparseRuntime({ reuseStatic: false }).open(model, geometry, { threads: 1 });
      open.add(alone);
      const exact = spread(blank(picture, 2), 0, 0);
      await alone.run(spread(picture, 0, 0), exact);
      expect(largestDifference(outputs[i]!, exact)).toBe(0);
    }
  });

  it('gives way to onnxruntime, naming the op', async () => {
    const tanh = net({
      nodes: [op('Conv', ['x', 'w'], 'c'), op('Tanh', ['c'], 'y')],
      initializers: [floats('w', [1, 1, 1, 1], [1])],
    });
    const picture = randomPicture({ width: 6, height: 5, seed: 1 });
    const runtime = withFallback(createSparseRuntime(), createOnnxRuntime());
    const session = await runtime.open(modelOf(tanh, picture), { width: 6, height: 5, bitDepth: 8, scale: 1 });
    expect(session.servedBy).toBe('onnx');
    expect(session.note).toMatch(/onnx takes over from sparse: .*'Tanh'/);
    const [plane] = await upscale(session, picture, 1);
    expect(plane?.data[0]).toBe(Math.round(255 * Math.tanh((picture.planes[0]?.[0] ?? 0) / 255)));
  });
});
