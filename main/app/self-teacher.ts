import { createHash } from 'node:crypto';
import type { Teacher } from '../../models/search/train/data/teacher-outputs.ts';
import { selfEnsemble } from '../../models/search/train/data/self-ensemble.ts';
import type { RuntimeModel } from '../core/runtime.ts';
import { createModelRuntime } from './model-runtime.ts';
import { SizedSession } from './sized-session.ts';

/** Finer than what a teacher's outputs are kept in. */
const BIT_DEPTH = 16;
const STEPS = (2 ** BIT_DEPTH - 1) / 255;

/**
 * A model as its own teacher: the self-ensemble of its f32 network, which is more exact than the network, in every sample.
 * @param weight of it in what is learnt; the rest is the image
 */
export function openSelfTeacher(model: RuntimeModel, weight: number): Teacher & { close: () => Promise<void> } {
  const { scale } = model;
  const sessions = new SizedSession(createModelRuntime(), model, BIT_DEPTH, 'f32');
  const upscale: Teacher['upscale'] = async (lr, width, height) => {
    const session = await sessions.for(width, height);
    const data = new Uint16Array(lr.length * scale * scale);
    const [outWidth, outHeight] = [width * scale, height * scale];
    await session.run(
      [{ data: Uint16Array.from(lr, (v) => v * STEPS), width, height, stride: width }],
      [{ data, width: outWidth, height: outHeight, stride: outWidth }],
    );
    return Float32Array.from(data, (v) => v / STEPS);
  };
  const id = createHash('sha256').update('self-ensemble ').update(model.onnx).digest('hex');
  return { id, share: 1, weight, upscale: selfEnsemble(upscale, scale), close: () => sessions.close() };
}
