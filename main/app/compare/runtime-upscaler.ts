import { AppError } from '../../core/errors.ts';
import { roundToU8 } from '../../core/quality/raster.ts';
import type { Arithmetic, Runtime, RuntimeModel, RuntimeSession } from '../../core/runtime.ts';
import type { Upscaler, UpscalerFacts } from './upscaler.ts';

interface OpenSession {
  readonly width: number;
  readonly height: number;
  readonly session: RuntimeSession;
}

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
  let current: OpenSession | null = null;
  const close = async (): Promise<void> => {
    const { session } = current ?? {};
    current = null;
    await session?.close();
  };
  const sessionFor = async (width: number, height: number): Promise<RuntimeSession> => {
    if (current?.width === width && current.height === height) return current.session;
    await close();
    const geometry = { width, height, bitDepth: 8, scale: model.scale };
    const session = await runtime.open(model, geometry, { arithmetic: facts.dataType });
    current = { width, height, session };
    return session;
  };
  return {
    facts: { model: model.name, runtime: runtime.name, scale: model.scale, ...facts },
    async upscale(lr) {
      const { width, height } = lr;
      const session = await sessionFor(width, height);
      const [outWidth, outHeight] = [width * model.scale, height * model.scale];
      const data = new Uint8Array(outWidth * outHeight);
      await session.run(
        [{ data: roundToU8(lr).data, width, height, stride: width }],
        [{ data, width: outWidth, height: outHeight, stride: outWidth }],
      );
      return { width: outWidth, height: outHeight, channels: 1, data };
    },
    close,
  };
}
