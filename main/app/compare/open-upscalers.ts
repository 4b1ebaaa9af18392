import { createOnnxRuntime } from '../../adapters/runtimes/onnx/runtime.ts';
import { AppError } from '../../core/errors.ts';
import { listZoo, loadModel } from '../models.ts';
import { createRuntimeUpscaler } from './runtime-upscaler.ts';
import { createKernelUpscaler, type Upscaler } from './upscaler.ts';

/** Which models of the zoo, or files of the user's own. */
export interface ModelChoice {
  readonly scale: number;
  /** Names or paths; `all` is every luma model of the zoo that has this scale. */
  readonly models: 'all' | readonly string[];
}

async function namesOf({ models, scale }: ModelChoice): Promise<readonly string[]> {
  if (models !== 'all') return models;
  const fitting = (await listZoo()).filter(({ manifest }) => manifest.scale === scale && manifest.colour === 'y');
  return fitting.map(({ manifest }) => manifest.name);
}

/**
 * The yardsticks, then the chosen models through the runtime that upscales clips.
 * @throws AppError `wrong-usage` for an unknown model or one of another scale, `runtime-unavailable`
 */
export async function openUpscalers(
  yardsticks: readonly ('bicubic' | 'lanczos')[],
  choice: ModelChoice,
): Promise<Upscaler[]> {
  const upscalers = yardsticks.map((name) => createKernelUpscaler(name, choice.scale));
  const names = await namesOf(choice);
  if (names.length === 0) return upscalers;
  const runtime = createOnnxRuntime();
  const probe = await runtime.probe();
  if (!probe.ok) throw new AppError('runtime-unavailable', `expected onnxruntime to run models, but ${probe.message}`);
  for (const name of names) {
    const { parameters, macs, ...model } = await loadModel(name, { scale: choice.scale });
    const cost = { keptMacs720p: macs?.kept720p ?? null, denseMacs720p: macs?.dense720p ?? null };
    upscalers.push(createRuntimeUpscaler(runtime, model, { dataType: 'f32', parameters, ...cost }));
  }
  return upscalers;
}
