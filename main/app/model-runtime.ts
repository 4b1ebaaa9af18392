import { createOnnxRuntime } from '../adapters/runtimes/onnx/runtime.ts';
import { createSparseRuntime } from '../adapters/runtimes/sparse/runtime.ts';
import { createWebgpuRuntime } from '../adapters/runtimes/webgpu/runtime.ts';
import { createTuning } from '../adapters/runtimes/webgpu/tuning-cache.ts';
import { withFallback } from '../adapters/runtimes/with-fallback.ts';
import type { Runtime } from '../core/runtime.ts';
import { readCpuProfile } from './profile.ts';

const readCosts = async () => (await readCpuProfile())?.costs ?? null;

/** What models run on by default: the sparse engine, onnxruntime where that is missing or refuses. */
export function createModelRuntime(): Runtime {
  return withFallback(createSparseRuntime({ readCosts }), createOnnxRuntime());
}

/** Whether `--device` names a GPU of this computer. */
export function isGpuDevice(device: string): boolean {
  return device === 'gpu' || device.startsWith('gpu:');
}

/** @param device `gpu`, or `gpu:` and part of its name */
export function createGpuRuntime(device: string): Runtime {
  return createWebgpuRuntime({ gpu: device.startsWith('gpu:') ? device.slice(4) : null, tuning: createTuning() });
}
