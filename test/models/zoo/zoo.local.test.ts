import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectNet } from '../../../main/adapters/inspect-model/inspect-net.ts';
import { createOnnxRuntime } from '../../../main/adapters/runtimes/onnx/runtime.ts';
import { createReferenceRuntime } from '../../../main/adapters/runtimes/reference.ts';
import { listZoo, loadModel } from '../../../main/app/models.ts';
import type { LoadedModel } from '../../../main/app/models.ts';
import type { Plane } from '../../../main/core/frame.ts';
import { lumaOf } from '../../../main/core/quality/luma.ts';
import { roundToU8 } from '../../../main/core/quality/raster.ts';
import type { Runtime, RuntimeOptions } from '../../../main/core/runtime.ts';
import { decodeOnnx, encodeOnnx } from '../../../models/format/onnx.ts';
import { decodeImage } from '../../../models/search/train/data/decode-image.ts';
import { emptyPlane, greatestDifference, randomPlane } from '../../helpers/planes.ts';
import { sharedData } from '../../helpers/shared-data.ts';

const onnx = createOnnxRuntime();
const reference = createReferenceRuntime();
const zoo = await Promise.all((await listZoo()).map((m) => loadModel(m.manifest.name)));
const data = sharedData();

interface Picture {
  readonly name: string;
  readonly bitDepth: number;
  readonly plane: Plane;
}

async function upscale(
  runtime: Runtime,
  model: LoadedModel,
  picture: Picture,
  options?: RuntimeOptions,
): Promise<Plane> {
  const { bitDepth, plane } = picture;
  const { width, height } = plane;
  const { scale } = model;
  const session = await runtime.open(model, { width, height, bitDepth, scale }, options);
  const output = emptyPlane({ width: width * scale, height: height * scale, bitDepth });
  await session.run([plane], [output]);
  await session.close();
  return output;
}

/** The LR luma of Set5 as the benchmark ships it, and one of them at 10 bit. */
async function set5(scale: number): Promise<Picture[]> {
  if (data === null) return [];
  const folder = join(data, 'bench', 'Set5', 'LR_bicubic', `x${scale}`);
  const pictures: Picture[] = [];
  for (const name of readdirSync(folder)) {
    const luma = roundToU8(lumaOf(await decodeImage(join(folder, name))));
    pictures.push({ name, bitDepth: 8, plane: { ...luma, stride: luma.width } });
  }
  const last = pictures.at(-1);
  if (last === undefined) return [];
  const deep = Uint16Array.from(last.plane.data, (v, i) => v * 4 + (i % 4));
  return [...pictures, { name: `${last.name} at 10 bit`, bitDepth: 10, plane: { ...last.plane, data: deep } }];
}

const noise: Picture[] = [
  { name: 'one sample', bitDepth: 8, plane: randomPlane({ width: 1, height: 1 }, 1) },
  { name: 'noise of 3x7', bitDepth: 8, plane: randomPlane({ width: 3, height: 7 }, 2) },
  { name: 'noise of 61x47', bitDepth: 8, plane: randomPlane({ width: 61, height: 47 }, 3) },
  { name: 'noise of 61x47 at 10 bit', bitDepth: 10, plane: randomPlane({ width: 61, height: 47, bitDepth: 10 }, 4) },
];

describe.skipIf(zoo.length === 0).each(zoo.map((model) => [model.name, model] as const))('%s', (_, model) => {
  it('gives the same in reference and onnx within one code at every sample', async () => {
    for (const picture of [...noise, ...(await set5(model.scale))]) {
      const expected = await upscale(reference, model, picture);
      const got = await upscale(onnx, model, picture);
      expect(greatestDifference(got, expected), picture.name).toBeLessThanOrEqual(1);
      // At least 999 of 1000 samples are the very same: the rest lies on the edge between two codes.
      const off = Array.from(got.data).filter((v, i) => v !== expected.data[i]).length;
      expect(off / got.data.length, picture.name).toBeLessThan(0.001);
    }
  });

  it('gives the same tiled and whole', async () => {
    for (const picture of noise) {
      const whole = await upscale(onnx, model, picture);
      const tiled = await upscale(onnx, model, picture, { maxTileSamples: 1000 });
      expect(greatestDifference(tiled, whole), picture.name).toBe(0);
    }
  });

  it('is found by running to be what its manifest says, and its twin for 0..255 too', async () => {
    const { scale, colour, receptiveField } = model;
    expect(await inspectNet(model.onnx)).toMatchObject({ scale, colour, receptiveField, inputMaximum: 1 });
    const decoded = decodeOnnx(model.onnx);
    const initializers = decoded.graph.initializers.map((t) =>
      t.dims.length === 1 && t.data instanceof Float32Array ? { ...t, data: t.data.map((v) => v * 255) } : t,
    );
    const twin = encodeOnnx({ ...decoded, graph: { ...decoded.graph, initializers } });
    expect((await inspectNet(twin)).inputMaximum).toBe(255);
  });
});
