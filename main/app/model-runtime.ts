import { createOnnxRuntime } from '../adapters/runtimes/onnx/runtime.ts';
import { createSparseRuntime } from '../adapters/runtimes/sparse/runtime.ts';
import { withFallback } from '../adapters/runtimes/with-fallback.ts';
import type { Runtime } from '../core/runtime.ts';
import { readProfile } from './profile.ts';

const readCosts = async () => (await readProfile())?.costs ?? null;

/** What models run on by default: the sparse engine, onnxruntime where that is missing or refuses. */
export function createModelRuntime(): Runtime {
  return withFallback(createSparseRuntime({ readCosts }), createOnnxRuntime());
}
