import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AppError } from '../../main/core/errors.ts';
import type { Teacher } from './train/data/teacher-outputs.ts';
import { buildInference } from './train/net/inference-graph.ts';
import { mergeNet } from './train/run/merge.ts';
import { GraphSession } from './train/run/session.ts';
import { decodeState } from './train/run/state-codec.ts';
import { bestParameters } from './train/run/state.ts';

/** Of the samples that learn from the teacher instead of the image. */
const SHARE = 0.5;

/**
 * @param path checkpoint or train-state of a trained network
 * @throws AppError `input-missing`, `input-unreadable`, `wrong-usage` for one of another scale
 */
export async function openTeacher(path: string, scale: number): Promise<Teacher & { close: () => Promise<void> }> {
  if (!existsSync(path)) {
    throw new AppError('input-missing', `expected a teacher's checkpoint at ${path} but there is none`);
  }
  const bytes = await readFile(path);
  const state = decodeState(bytes);
  const { net } = state.config;
  if (net.scale !== scale) {
    throw new AppError('wrong-usage', `expected a teacher of scale ${scale} but ${path} is of scale ${net.scale}`);
  }
  const merged = await mergeNet(net, bestParameters(state), state.vectors.mask);
  const session = await GraphSession.open(buildInference(net, merged));
  return {
    id: createHash('sha256').update(bytes).digest('hex'),
    share: SHARE,
    weight: 1,
    upscale: async (lr, width, height) => {
      const x = { dims: [1, 1, height, width], data: Float32Array.from(lr, (v) => v / 255) };
      const { y } = await session.run({ x });
      return y!.data.map((v) => 255 * v);
    },
    close: () => session.close(),
  };
}
