/** Use case: the figures of models of the zoo, measured through the runtime that upscales clips, entered into their manifests. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatManifest, parseManifest } from '../../models/format/manifest.ts';
import { MANIFEST_FILE, writeWhole } from '../../models/search/train/model-files.ts';
import { compareOnImages } from './compare.ts';
import { loadModel, zooFolderOf } from './models.ts';

export interface MeasureRequest {
  /** Names of the zoo. */
  readonly models: readonly string[];
  /** Folders of image sets. */
  readonly references: readonly string[];
}

/**
 * Judges the models by protocol `model`, in every data type they have, and replaces what their manifests said of it.
 */
export async function measureModels({ models, references }: MeasureRequest): Promise<void> {
  for (const name of models) {
    const folder = await zooFolderOf(name);
    const { scale } = await loadModel(name);
    const judged = { references, scale, models: [name], protocol: 'model' as const, device: 'cpu' };
    const rows = (await compareOnImages(judged)).filter(({ model }) => model === name);
    const measured = rows.map(({ protocol, set, images, runtime, dataType, psnrY, ssimY }) => ({
      ...{ protocol, set, images, runtime, dataType },
      psnrY: round(psnrY, 4),
      ssimY: round(ssimY, 6),
    }));
    const path = join(folder, MANIFEST_FILE);
    const manifest = parseManifest({ ...parseManifest(await readFile(path, 'utf8')), measured });
    await writeWhole(path, formatManifest(manifest));
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
