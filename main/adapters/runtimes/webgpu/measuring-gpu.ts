import { compileProgram } from '../../../../models/compiler/backends/shader/compile-program.ts';
import { wgsl } from '../../../../models/compiler/backends/shader/wgsl.ts';
import { PROGRAM_VERSION } from '../../../../models/format/program.ts';
import { chooseGpu } from '../../../../native-bridge/gpu/choose-gpu.ts';
import { GpuDevice } from '../../../../native-bridge/gpu/gpu-device.ts';
import { ProgramRunner } from '../../../../native-bridge/gpu/program-runner.ts';
import { AppError } from '../../../core/errors.ts';
import { chooseSize } from '../profile/measuring-device.ts';
import type { MeasuringDevice } from '../profile/measuring-device.ts';
import { typicalNetwork } from '../profile/profile-network.ts';
import { findGpus } from './find-gpus.ts';
import { DEFAULT_CUT, findFastest, measureProgram, timeInTurns } from './tune.ts';
import type { ProgramCut } from './tune.ts';

const ROUNDS = 4;

/**
 * Compiled programs on a GPU: times of the dispatches alone, all cut as is fastest for a typical network.
 * @param name part of the GPU's name; null for the first that is no software
 * @throws AppError `runtime-unavailable`
 */
export async function openMeasuringGpu(name: string | null): Promise<MeasuringDevice> {
  const { missing, gpus } = await findGpus();
  if (missing !== null) throw new AppError('runtime-unavailable', missing);
  const gpu = await GpuDevice.open(chooseGpu(gpus, name));
  const { facts } = gpu;
  const cuts: Record<'f32' | 'int8', ProgramCut> = { f32: DEFAULT_CUT, int8: DEFAULT_CUT };
  const measure: MeasuringDevice['measure'] = async (networks, size) => {
    const runners: ProgramRunner[] = [];
    try {
      for (const network of networks) {
        const program = compileProgram(network, { dialect: wgsl, ...size, ...cuts[network.dataType] });
        runners.push(await ProgramRunner.open(gpu.device, program));
      }
      return await timeInTurns(runners, ROUNDS);
    } finally {
      for (const runner of runners) runner.close();
    }
  };
  try {
    const size = await chooseSize(measure, typicalNetwork('f32'));
    for (const dataType of facts.isSoftware ? [] : (['f32', 'int8'] as const)) {
      const network = typicalNetwork(dataType);
      cuts[dataType] = await findFastest(dataType, (cut) =>
        measureProgram(gpu, compileProgram(network, { dialect: wgsl, ...size, ...cut })),
      );
    }
    return {
      name: facts.name,
      key: `${facts.name}, ${facts.description}, programs ${PROGRAM_VERSION}`,
      driver: `${facts.backend}, ${facts.description}`,
      together: 1,
      size,
      measure,
      close: () => {
        gpu.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    gpu.close();
    throw error;
  }
}
