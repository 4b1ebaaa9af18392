/** The one file that names concrete adapters for jobs. */
import { openDecoder } from '../adapters/ffmpeg/decoder.ts';
import { openEncoder } from '../adapters/ffmpeg/encoder.ts';
import { fingerprintEncoder } from '../adapters/ffmpeg/fingerprint.ts';
import { joinSegments } from '../adapters/ffmpeg/join.ts';
import { locateFfmpeg } from '../adapters/ffmpeg/locate.ts';
import { planOutput } from '../adapters/ffmpeg/plan.ts';
import { probeMedia } from '../adapters/ffmpeg/probe.ts';
import { verifyOutput } from '../adapters/ffmpeg/verify.ts';
import { compileForPhone } from '../adapters/runtimes/phone/compile.ts';
import { createNativeResampler } from '../adapters/runtimes/sparse/resampler.ts';
import { createReferenceRuntime } from '../adapters/runtimes/reference.ts';
import { chooseModel } from './choose-model.ts';
import { findGpuHelpers } from './find-gpu-helpers.ts';
import { findPhones } from './find-helpers.ts';
import { createGpuRuntime, createModelRuntime, isGpuDevice } from './model-runtime.ts';
import type { UpscaleAdapters } from './upscale-adapters.ts';

export const upscaleAdapters: UpscaleAdapters = {
  locateFfmpeg,
  probeMedia,
  planOutput,
  openDecoder,
  openEncoder,
  fingerprintEncoder,
  joinSegments,
  verifyOutput,
  loadModel: chooseModel,
  findHelpers: async (device) => [...(await findGpuHelpers(device)), ...(await findPhones(device, compileForPhone))],
  createRuntime: (device) => {
    if (device === 'reference') return createReferenceRuntime();
    return isGpuDevice(device) ? createGpuRuntime(device) : createModelRuntime();
  },
  makeResampler: createNativeResampler,
};
