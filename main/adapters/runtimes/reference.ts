import { decodeOnnx } from '../../../models/format/onnx.ts';
import { importOnnx } from '../../../models/ir/import-onnx.ts';
import { interpret } from '../../../models/ir/interpret.ts';
import type { Runtime } from '../../core/runtime.ts';
import { TiledRunner, checkPlanes } from './run-tiles.ts';

/**
 * The exact, slow runtime that defines the result of all others. It computes on the calling thread, whole pictures
 * unless told otherwise: for tests and for judging, not for clips.
 */
export function createReferenceRuntime(): Runtime {
  return {
    name: 'reference',
    probe: () => Promise.resolve({ ok: true, description: 'exact interpreter in TypeScript' }),
    // eslint-disable-next-line @typescript-eslint/require-await -- refusals must come as rejections
    open: async (model, geometry, { maxTileSamples = Infinity } = {}) => {
      const graph = importOnnx(decodeOnnx(model.onnx));
      const { width, height } = graph.input;
      const fixedSize = width === null || height === null ? undefined : { width, height };
      const runner = new TiledRunner(model, geometry, { maxTileSamples, fixedSize });
      return {
        arithmetic: 'f32',
        run: async (input, output) => {
          checkPlanes(input, model, geometry, 1);
          checkPlanes(output, model, geometry, model.scale);
          await runner.run(input, output, (numbers) => Promise.resolve(interpret(graph, numbers)));
        },
        close: () => Promise.resolve(),
      };
    },
  };
}
