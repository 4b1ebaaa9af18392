import type { ValidationImage } from '../../../models/search/train/data/training-set.ts';
import { psnr } from '../../core/quality/psnr.ts';
import type { RuntimeModel } from '../../core/runtime.ts';
import { createModelRuntime } from '../model-runtime.ts';
import { createRuntimeUpscaler } from './runtime-upscaler.ts';
import { lumaFromU8 } from './upscaler.ts';

/**
 * Mean PSNR-Y in dB at protocol `model`, through the runtime that upscales clips; in int8 where the model has that.
 */
export async function validateThroughRuntime(model: RuntimeModel, images: readonly ValidationImage[]): Promise<number> {
  const facts = { keptMacs720p: null, denseMacs720p: null, parameters: null };
  const dataType = model.onnxInt8 === undefined ? 'f32' : 'int8';
  const upscaler = createRuntimeUpscaler(createModelRuntime(), model, { dataType, ...facts });
  try {
    let sum = 0;
    for (const { lrWidth, lrHeight, lr, hr } of images) {
      const got = await upscaler.upscale(lumaFromU8(lrWidth, lrHeight, lr));
      sum += psnr({ width: got.width, height: got.height, data: hr }, got, model.scale);
    }
    return sum / images.length;
  } finally {
    await upscaler.close();
  }
}
