import { createHash } from 'node:crypto';
import type { Teacher } from '../../models/search/train/data/teacher-outputs.ts';
import { selfEnsemble } from '../../models/search/train/data/self-ensemble.ts';
import type { RuntimeModel, RuntimeSession } from '../core/runtime.ts';
import { createModelRuntime } from './model-runtime.ts';

/** Finer than what a teacher's outputs are kept in. */
const BIT_DEPTH = 16;
const STEPS = (2 ** BIT_DEPTH - 1) / 255;

/**
 * A model as its own teacher: the self-ensemble of its f32 network, which is more exact than the network, in every sample.
 * @param weight of it in what is learnt; the rest is the image
 */
export function openSelfTeacher(model: RuntimeModel, weight: number): Teacher & { close: () => Promise<void> } {
  const runtime = createModelRuntime();
  const { scale } = model;
  let current: { size: string; session: RuntimeSession } | null = null;
  const close = async (): Promise<void> => {
    const { session } = current ?? {};
    current = null;
    await session?.close();
  };
  const sessionFor = async (width: number, height: number): Promise<RuntimeSession> => {
    const size = `${width}x${height}`;
    if (current?.size === size) return current.session;
    await close();
    const geometry = { width, height, bitDepth: BIT_DEPTH, scale };
    current = { size, session: await runtime.open(model, geometry, { arithmetic: 'f32' }) };
    return current.session;
  };
  const upscale: Teacher['upscale'] = async (lr, width, height) => {
    const session = await sessionFor(width, height);
    const data = new Uint16Array(lr.length * scale * scale);
    const [outWidth, outHeight] = [width * scale, height * scale];
    await session.run(
      [{ data: Uint16Array.from(lr, (v) => v * STEPS), width, height, stride: width }],
      [{ data, width: outWidth, height: outHeight, stride: outWidth }],
    );
    return Float32Array.from(data, (v) => v / STEPS);
  };
  const id = createHash('sha256').update('self-ensemble ').update(model.onnx).digest('hex');
  return { id, share: 1, weight, upscale: selfEnsemble(upscale, scale), close };
}
