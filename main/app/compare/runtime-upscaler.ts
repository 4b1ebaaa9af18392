import { AppError } from '../../core/errors.ts';
import { roundToU8 } from '../../core/quality/raster.ts';
import type { Arithmetic, Runtime, RuntimeModel } from '../../core/runtime.ts';
import { SizedSession } from '../sized-session.ts';
import type { Upscaler, UpscalerFacts } from './upscaler.ts';

/**
 * A model behind the same runtime that upscales clips: 8-bit luma in, 8-bit luma out. The session is kept while the
 * size stays the same.
 * @throws AppError `model-unsupported` for a model that is not a luma model
 */
export function createRuntimeUpscaler(
  runtime: Runtime,
  model: RuntimeModel,
  facts: Omit<UpscalerFacts, 'runtime' | 'scale' | 'model' | 'dataType'> & {
    readonly dataType: Arithmetic;
    /** Who computes, where that is another than `runtime`. */
    readonly runtime?: string;
  },
): Upscaler {
  if (model.colour !== 'y') {
    throw new AppError('model-unsupported', `expected a luma model, but got ${model.name}, which takes RGB`);
  }
  const sessions = new SizedSession(runtime, model, 8, facts.dataType);
  return {
    facts: { model: model.name, runtime: runtime.name, scale: model.scale, ...facts },
    async upscale(lr) {
      const { width, height } = lr;
      const session = await sessions.for(width, height);
      const [outWidth, outHeight] = [width * model.scale, height * model.scale];
      const data = new Uint8Array(outWidth * outHeight);
      await session.run(
        [{ data: roundToU8(lr).data, width, height, stride: width }],
        [{ data, width: outWidth, height: outHeight, stride: outWidth }],
      );
      return { width: outWidth, height: outHeight, channels: 1, data };
    },
    close: () => sessions.close(),
  };
}
