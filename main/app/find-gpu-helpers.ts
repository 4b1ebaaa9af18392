import { findGpus } from '../adapters/runtimes/webgpu/find-gpus.ts';
import { createGpuRuntime } from './model-runtime.ts';
import type { Helper } from './upscale-adapters.ts';

/** The GPUs that help the processor with `--device all`: none that is software. They open a lost device again themselves. */
export async function findGpuHelpers(device: string): Promise<Helper[]> {
  if (device !== 'all') return [];
  const { gpus } = await findGpus();
  const real = gpus.filter(({ isSoftware }) => !isSoftware);
  return real.map(({ name }) => ({ name, runtime: createGpuRuntime(`gpu:${name}`) }));
}
