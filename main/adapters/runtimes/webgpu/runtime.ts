import { compileSparse } from '../../../../models/compiler/compile.ts';
import type { PackedNetwork } from '../../../../models/format/packed-network.ts';
import { GpuDevice } from '../../../../native-bridge/gpu/gpu-device.ts';
import { FRAMES_IN_FLIGHT } from '../../../../native-bridge/gpu/program-runner.ts';
import { chooseGpu } from '../../../../native-bridge/gpu/choose-gpu.ts';
import { AppError, isAppError } from '../../../core/errors.ts';
import type { Runtime, RuntimeGeometry, RuntimeModel, RuntimeOptions } from '../../../core/runtime.ts';
import { chooseArithmetic, fileFor, noteOnArithmetic } from '../model-file.ts';
import { checkPlanes } from '../run-tiles.ts';
import { findGpus } from './find-gpus.ts';
import { GpuSession } from './session.ts';
import type { Tuning } from './tune.ts';

export interface WebgpuRuntimeOptions {
  /** Part of the GPU's name; the first that is no software when absent. */
  readonly gpu?: string | null;
  /** How programs are cut, measured at first use; the default cut when absent. */
  readonly tuning?: Tuning;
}

/** The compiled program on this computer's GPU, by WebGPU. */
export function createWebgpuRuntime({ gpu = null, tuning }: WebgpuRuntimeOptions = {}): Runtime {
  return {
    name: 'webgpu',
    probe: async () => {
      const { missing, gpus } = await findGpus();
      if (missing !== null) return { ok: false, reason: 'not-installed', message: missing };
      try {
        const { name, backend } = chooseGpu(gpus, gpu);
        return { ok: true, description: `${name} (${backend})` };
      } catch (error) {
        if (!isAppError(error)) throw error;
        return { ok: false, reason: 'no-device', message: error.message };
      }
    },
    open: async (model, geometry, options = {}) => {
      const arithmetic = options.arithmetic ?? chooseArithmetic(model, geometry);
      const network = compileNetwork(model, geometry, arithmetic);
      const { missing, gpus } = await findGpus();
      if (missing !== null) throw new AppError('runtime-unavailable', missing);
      const device = await GpuDevice.open(chooseGpu(gpus, gpu));
      const job = { network, model, geometry, tuning, maxTileSamples: options.maxTileSamples };
      const session = await GpuSession.open(device, { ...job, storage: arithmetic === 'f16' ? 'f16' : 'f32' });
      const note = options.arithmetic === undefined ? noteOnArithmetic(model, geometry) : null;
      return {
        arithmetic,
        ...(note === null ? {} : { note }),
        slots: FRAMES_IN_FLIGHT,
        build: `webgpu ${device.facts.name}, ${device.facts.description}`,
        run: async (input, output) => {
          checkPlanes(input, model, geometry, 1);
          checkPlanes(output, model, geometry, model.scale);
          await session.run(input, output);
        },
        close: () => session.close(),
      };
    },
  };
}

function compileNetwork(
  model: RuntimeModel,
  { bitDepth }: RuntimeGeometry,
  arithmetic: NonNullable<RuntimeOptions['arithmetic']>,
): PackedNetwork {
  const file = arithmetic === 'f16' ? 'f32' : arithmetic;
  const { inputMaximum, sparsity } = model;
  const { network } = compileSparse(fileFor(model, file), { bitDepth, inputMaximum, sparsity });
  if (network.dataType === file) return network;
  throw new AppError(
    'model-unsupported',
    `expected model '${model.name}' in ${file} but its file is of ${network.dataType}`,
  );
}
