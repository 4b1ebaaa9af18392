/**
 * What a GPU's and a phone's programs compute on Set5, sample by sample against `reference`, and what that costs in PSNR.
 * On this computer's GPU where there is one, else on software Vulkan; the phone is the stand-in on software OpenGL ES.
 * Run alone: node test/bench/precision.ts
 */
import { join } from 'node:path';
import { createPhoneRuntime } from '../../main/adapters/runtimes/phone/runtime.ts';
import { compileForPhone } from '../../main/adapters/runtimes/phone/compile.ts';
import { createReferenceRuntime } from '../../main/adapters/runtimes/reference.ts';
import { findGpus } from '../../main/adapters/runtimes/webgpu/find-gpus.ts';
import { createWebgpuRuntime } from '../../main/adapters/runtimes/webgpu/runtime.ts';
import { decodeImage } from '../../models/search/train/data/decode-image.ts';
import { findReferenceSets } from '../../main/app/compare/references.ts';
import { createRuntimeUpscaler } from '../../main/app/compare/runtime-upscaler.ts';
import type { Upscaler } from '../../main/app/compare/upscaler.ts';
import { listZoo, loadModel } from '../../main/app/models.ts';
import type { LoadedModel } from '../../main/app/models.ts';
import { prepareTrial, scoreTrial } from '../../main/core/quality/protocol.ts';
import type { Trial } from '../../main/core/quality/protocol.ts';
import type { Arithmetic, Runtime } from '../../main/core/runtime.ts';
import { openStage } from '../helpers/phone/stand-in.ts';
import { sharedData } from '../helpers/shared-data.ts';

interface Device {
  readonly name: string;
  readonly runtime: Runtime;
}

async function findGpu(): Promise<Device | null> {
  const isReal = (await findGpus()).gpus.some(({ isSoftware }) => !isSoftware);
  if (isReal) return { name: 'gpu', runtime: createWebgpuRuntime() };
  await import('../helpers/software-gpu.ts');
  const [software] = (await findGpus()).gpus;
  return software === undefined ? null : { name: software.name, runtime: createWebgpuRuntime({ gpu: software.name }) };
}

async function readTrials(folder: string, scale: number): Promise<Trial[]> {
  const [set] = await findReferenceSets(folder, scale);
  const trials: Trial[] = [];
  for (const { path, shippedLr } of set!.images) {
    const lr = shippedLr === null ? undefined : await decodeImage(shippedLr);
    trials.push(prepareTrial('model', await decodeImage(path), scale, lr));
  }
  return trials;
}

const upscalerOf = (runtime: Runtime, model: LoadedModel, dataType: Arithmetic): Upscaler =>
  createRuntimeUpscaler(runtime, model, { dataType, parameters: null, keptMacs720p: null, denseMacs720p: null });

interface Result {
  readonly samples: Uint8Array;
  readonly psnrY: number;
}

async function upscaleAll(upscaler: Upscaler, trials: readonly Trial[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const trial of trials) {
    const picture = await upscaler.upscale(trial.lr);
    results.push({ samples: picture.data, psnrY: scoreTrial(trial, picture).psnrY });
  }
  await upscaler.close();
  return results;
}

/** Over all images; the greatest loss of a single image beside the mean one. */
function compare(got: readonly Result[], wanted: readonly Result[]): object {
  let [samples, differing, beyond1, most] = [0, 0, 0, 0];
  for (const [i, { samples: data }] of got.entries()) {
    samples += data.length;
    for (const [j, value] of data.entries()) {
      const difference = Math.abs(value - wanted[i]!.samples[j]!);
      differing += Number(difference > 0);
      beyond1 += Number(difference > 1);
      most = Math.max(most, difference);
    }
  }
  const losses = got.map(({ psnrY }, i) => wanted[i]!.psnrY - psnrY);
  return {
    samples,
    mostLevels: most,
    differingPercent: (100 * differing) / samples,
    beyondOnePercent: (100 * beyond1) / samples,
    lossDb: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    worstLossDb: Math.max(...losses),
  };
}

export async function benchPrecision(): Promise<object[]> {
  const data = sharedData();
  if (data === null) return [{ skipped: 'no images here' }];
  const stage = await openStage();
  try {
    const phone = await stage.addPhone();
    await phone.plug();
    const phoneRuntime = createPhoneRuntime(stage.host.phone(phone.adbd.serial), { compile: compileForPhone });
    const devices = [await findGpu(), { name: 'phone (stand-in)', runtime: phoneRuntime }].filter((d) => d !== null);
    const rows: object[] = [];
    for (const { manifest } of await listZoo()) {
      if (manifest.colour !== 'y') continue;
      const model = await loadModel(manifest.name);
      const trials = await readTrials(join(data, 'bench', 'Set5'), model.scale);
      const wanted: Partial<Record<Arithmetic, Result[]>> = {};
      const arithmetics: readonly Arithmetic[] = model.onnxInt8 === undefined ? ['f32', 'f16'] : ['f32', 'f16', 'int8'];
      for (const arithmetic of arithmetics) {
        const exact = arithmetic === 'int8' ? 'int8' : 'f32';
        wanted[exact] ??= await upscaleAll(upscalerOf(createReferenceRuntime(), model, exact), trials);
        for (const { name, runtime } of devices) {
          const got = await upscaleAll(upscalerOf(runtime, model, arithmetic), trials);
          rows.push({ net: model.name, device: name, arithmetic, ...compare(got, wanted[exact]) });
        }
      }
    }
    return rows;
  } finally {
    await stage.close();
  }
}

if (import.meta.main) console.table(await benchPrecision());
