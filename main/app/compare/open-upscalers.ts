import type { Arithmetic, Runtime } from '../../core/runtime.ts';
import { createGpuRuntime, createModelRuntime, isGpuDevice } from '../model-runtime.ts';
import { listZoo, loadModel } from '../models.ts';
import type { LoadedModel } from '../models.ts';
import { createRuntimeUpscaler } from './runtime-upscaler.ts';
import { createKernelUpscaler, type Upscaler } from './upscaler.ts';

const SMALL_SIDE = 16;

/** Which models of the zoo, or files of the user's own. */
export interface ModelChoice {
  readonly scale: number;
  /** Names or paths; `all` is every luma model of the zoo that has this scale. */
  readonly models: 'all' | readonly string[];
  /** As `--device` says it; the CPU when absent. */
  readonly device?: string | undefined;
}

async function namesOf({ models, scale }: ModelChoice): Promise<readonly string[]> {
  if (models !== 'all') return models;
  const fitting = (await listZoo()).filter(({ manifest }) => manifest.scale === scale && manifest.colour === 'y');
  return fitting.map(({ manifest }) => manifest.name);
}

/**
 * The yardsticks, then the chosen models through the runtime that upscales clips: each in f32, and in int8 where it has that.
 * @throws AppError `wrong-usage` for an unknown model or one of another scale, `runtime-unavailable`
 */
export async function openUpscalers(
  yardsticks: readonly ('bicubic' | 'lanczos')[],
  choice: ModelChoice,
): Promise<Upscaler[]> {
  const upscalers = yardsticks.map((name) => createKernelUpscaler(name, choice.scale));
  const { device = 'cpu' } = choice;
  const isGpu = isGpuDevice(device);
  const runtime = isGpu ? createGpuRuntime(device) : createModelRuntime();
  for (const name of await namesOf(choice)) {
    const model = await loadModel(name, { scale: choice.scale });
    for (const arithmetic of arithmeticsOf(model, isGpu))
      upscalers.push(await openUpscaler(runtime, model, arithmetic));
  }
  return upscalers;
}

/** A GPU has halves between the layers besides. */
function arithmeticsOf({ onnx, onnxInt8 }: LoadedModel, isGpu: boolean): Arithmetic[] {
  const floats: Arithmetic[] = isGpu ? ['f32', 'f16'] : ['f32'];
  if (onnxInt8 === undefined) return floats;
  return onnx === onnxInt8 ? ['int8'] : [...floats, 'int8'];
}

async function openUpscaler(runtime: Runtime, model: LoadedModel, dataType: Arithmetic): Promise<Upscaler> {
  const { parameters, macs, scale, colour } = model;
  const cost = { keptMacs720p: macs?.kept720p ?? null, denseMacs720p: macs?.dense720p ?? null };
  const facts = { dataType, parameters, ...cost };
  if (colour !== 'y') return createRuntimeUpscaler(runtime, model, facts);
  // Tells who will compute, and refuses before any picture was read.
  const geometry = { width: SMALL_SIDE, height: SMALL_SIDE, bitDepth: 8, scale };
  const session = await runtime.open(model, geometry, { arithmetic: dataType });
  await session.close();
  return createRuntimeUpscaler(runtime, model, { ...facts, runtime: session.servedBy ?? runtime.name });
}
