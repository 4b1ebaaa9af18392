import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeOnnx, encodeOnnx } from '../../format/onnx.ts';
import type { Manifest } from '../../format/manifest.ts';
import { evaluationImages } from '../evaluate.ts';
import { exportModel } from '../train/export.ts';
import { buildInt8 } from '../train/int8/build-int8.ts';
import { pickCalibrationSamples } from '../train/int8/calibration.ts';
import { TRAINED_CLIPPED_SHARE } from '../train/int8/fine-tune.ts';
import { CLIPPED_SHARE, quantiseAfterTraining } from '../train/int8/post-training.ts';
import { writeInt8 } from '../train/int8/write-int8.ts';
import { validateModel } from '../train/run/validate.ts';
import { loadStage } from './training.ts';
import { modelFolder } from './stage.ts';
import type { Stage, StageContext } from './stage.ts';

/** Writes the model in f32 and int8, its training state and its manifest. */
export const runExport: Stage = async (context) => {
  const { folder, model, device, training, onProgress } = context;
  const to = modelFolder(folder, model);
  const tuned = await loadStage(folder, 'finetune');
  const { parameters, macs } = await exportModel(tuned, {
    name: model,
    to,
    sets: training.sets,
    device: device.name,
    date: new Date(),
  });
  const quantisation = await exportInt8(context, to);
  onProgress({ stage: 'export', done: 1, total: 1, secondsLeft: 0, detail: model });
  return { to, parameters, ...macs, ...quantisation.validation };
};

/** Rounded after training or trained under rounding, whichever validates better. */
async function exportInt8(context: StageContext, to: string): Promise<NonNullable<Manifest['quantisation']>> {
  const { settings, folder, training, validation } = context;
  const images = evaluationImages(settings, validation);
  const f32 = await readFile(join(to, 'model.onnx'));
  const state = await loadStage(folder, 'quantise');
  const aware = encodeOnnx(await buildInt8(state));
  const after = quantiseAfterTraining(f32, pickCalibrationSamples(training), CLIPPED_SHARE);
  const psnr = async (onnx: Uint8Array): Promise<number> => {
    const value = await validateModel(decodeOnnx(onnx), settings.scale, images);
    return Math.round(value * 1e4) / 1e4;
  };
  const [best, postTraining, trained] = [await psnr(f32), await psnr(after), await psnr(aware)];
  const isAware = trained > postTraining;
  const quantisation = {
    method: isAware ? ('quantisation-aware' as const) : ('post-training' as const),
    clippedShare: isAware ? TRAINED_CLIPPED_SHARE : CLIPPED_SHARE,
    steps: isAware ? state.step : 0,
    lrPixels: isAware ? state.lrPixels : 0,
    validation: { f32: best, postTraining, int8: Math.max(trained, postTraining) },
  };
  await writeInt8(to, isAware ? aware : after, quantisation);
  return quantisation;
}
