import { compileSparse } from '../../../models/compiler/compile.ts';
import { interpretPacked } from '../../../models/compiler/interpret-packed.ts';
import type { Picture } from '../../../models/compiler/interpret-packed.ts';
import { decodeOnnx } from '../../../models/format/onnx.ts';
import { importOnnx } from '../../../models/ir/import-onnx.ts';
import { interpret } from '../../../models/ir/interpret.ts';
import type { Plane } from '../../core/frame.ts';
import type { Runtime, RuntimeGeometry, RuntimeModel, RuntimeSession } from '../../core/runtime.ts';
import { fileFor, plainArithmetic } from './model-file.ts';
import { TiledRunner, checkPlanes } from './run-tiles.ts';

/**
 * The exact, slow runtime that defines the result of all others: in f32 by the model's graph, in int8 by the integers of
 * models/format/quant.md. It computes on the calling thread, whole pictures unless told otherwise: for tests and for
 * judging, not for clips.
 */
export function createReferenceRuntime(): Runtime {
  return {
    name: 'reference',
    probe: () => Promise.resolve({ ok: true, description: 'exact interpreter in TypeScript' }),
    // eslint-disable-next-line @typescript-eslint/require-await -- refusals must come as rejections
    open: async (model, geometry, { maxTileSamples = Infinity, arithmetic = plainArithmetic(model) } = {}) => {
      const onnx = fileFor(model, arithmetic);
      const upscale =
        arithmetic === 'int8' ? openIntegers(onnx, model, geometry) : openGraph(onnx, model, geometry, maxTileSamples);
      return {
        arithmetic,
        run: async (input, output) => {
          checkPlanes(input, model, geometry, 1);
          checkPlanes(output, model, geometry, model.scale);
          await upscale(input, output);
        },
        close: () => Promise.resolve(),
      };
    },
  };
}

type Upscale = RuntimeSession['run'];

function openGraph(onnx: Uint8Array, model: RuntimeModel, geometry: RuntimeGeometry, maxTileSamples: number): Upscale {
  const graph = importOnnx(decodeOnnx(onnx));
  const { width, height } = graph.input;
  const fixedSize = width === null || height === null ? undefined : { width, height };
  const runner = new TiledRunner(model, geometry, { maxTileSamples, fixedSize });
  return (input, output) => runner.run(input, output, (numbers) => Promise.resolve(interpret(graph, numbers)));
}

function openIntegers(onnx: Uint8Array, { inputMaximum }: RuntimeModel, { bitDepth }: RuntimeGeometry): Upscale {
  const { network } = compileSparse(onnx, { bitDepth, inputMaximum });
  return (input, output) => {
    const { planes } = interpretPacked(network, packPicture(input));
    for (const [p, { data, width, height, stride }] of output.entries()) {
      for (let y = 0; y < height; y += 1) {
        data.set(planes[p]!.subarray(y * width, (y + 1) * width), y * stride);
      }
    }
    return Promise.resolve();
  };
}

/** Planes without gaps between the rows. */
function packPicture(planes: readonly Plane[]): Picture {
  const [{ width, height } = { width: 0, height: 0 }] = planes;
  const packed = planes.map(({ data, stride }) => {
    const Samples = data instanceof Uint16Array ? Uint16Array : Uint8Array;
    const samples = new Samples(width * height);
    for (let y = 0; y < height; y += 1) samples.set(data.subarray(y * stride, y * stride + width), y * width);
    return samples;
  });
  return { width, height, planes: packed };
}
