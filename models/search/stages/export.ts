import { join } from 'node:path';
import { exportModel } from '../train/export.ts';
import { loadStage } from './training.ts';
import type { Stage } from './stage.ts';

/** @returns the folder a search leaves its model in */
export const modelFolder = (folder: string, model: string): string => join(folder, 'export', model);

/** Writes the model, its training state and its manifest. */
export const runExport: Stage = async ({ folder, model, device, training, onProgress }) => {
  const to = modelFolder(folder, model);
  const tuned = await loadStage(folder, 'finetune');
  const manifest = await exportModel(tuned, {
    name: model,
    to,
    sets: training.sets,
    device: device.name,
    date: new Date(),
  });
  onProgress({ stage: 'export', done: 1, total: 1, secondsLeft: 0, detail: to });
  const { parameters, macs } = manifest;
  return { to, parameters, ...macs };
};
