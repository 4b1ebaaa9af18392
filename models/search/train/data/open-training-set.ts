import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../main/core/errors.ts';
import { describeFiles, readCatalog, type CatalogEntry } from './catalog.ts';
import { DEFAULT_CHOICE, VALIDATION_LIST, chooseValidation } from './choose-validation.ts';
import { decodeImage } from './decode-image.ts';
import { degradePairs } from './degrade.ts';
import type { Degradation } from './degrade.ts';
import { cropMiddle } from './crop-middle.ts';
import { copyPatch } from './fill-batch.ts';
import { packPairs, readPairs, writePairs, type PairSource, type PairStore } from './pair-store.ts';
import { pickPatch, tabulatePatches, type PatchTable } from './patch-picker.ts';
import { HR_STEPS, LEVELS, prepareImage } from './prepare-image.ts';
import { teacherOutputs } from './teacher-outputs.ts';
import type { Teacher } from './teacher-outputs.ts';
import { uniform } from '../random.ts';
import type { BatchRequest, TrainingSet, ValidationImage } from './training-set.ts';

/** Raised whenever the prepared samples would differ for the same files. */
const PREPARATION_VERSION = 1;

export interface TrainingSetOptions {
  /** Folder with `train_map.json` and one folder per set, or of images alone. */
  readonly dataDir: string;
  readonly scale: 2 | 3 | 4;
  /** Where prepared samples are kept between runs. */
  readonly cacheDir: string;
  /** Called while the samples are prepared for the first time, in images. */
  readonly onProgress?: (done: number, total: number) => void;
  /** What LR goes through before it is learnt from and validated on. */
  readonly degradation?: Degradation | null;
  /** Stands for HR in a share of the samples. */
  readonly teacher?: Teacher;
  /** Files (as in the map) to validate on; default is the list in the repository. */
  readonly validationFiles?: readonly string[];
}

/**
 * Opens the training data: from the cache where the files have not changed, otherwise preparing it anew.
 * @returns beside the samples to train on, the same ones without a teacher's
 */
export async function openTrainingSet(
  options: TrainingSetOptions,
): Promise<{ training: TrainingSet; untaught: TrainingSet; validation: ValidationImage[] }> {
  const entries = await readCatalog(options.dataDir);
  const held = new Set(options.validationFiles ?? (await validationFilesOf(entries)));
  const missing = [...held].filter((file) => !entries.some((entry) => entry.file === file));
  if (missing.length > 0) {
    const details = { missing };
    throw new AppError(
      'data-missing',
      `expected the validation image ${missing[0]} in ${options.dataDir}, but it is missing`,
      { details },
    );
  }
  const lines = await describeFiles(options.dataDir, entries);
  const key = createHash('sha256').update(JSON.stringify([PREPARATION_VERSION, LEVELS, lines, [...held].sort()]));
  const clean = `x${options.scale}-${key.digest('hex').slice(0, 16)}`;
  const pathOf = (samples: string): string => join(options.cacheDir, `training-${samples}.bin`);
  const prepare = async (): Promise<PairStore> =>
    (await readPairs(pathOf(clean))) ?? (await prepareStore(options, entries, held, pathOf(clean)));
  const { degradation = null } = options;
  const name = degradation === null ? clean : `${clean}-${degradation.id}`;
  const store = degradation === null ? await prepare() : await degraded(pathOf(name), degradation, prepare, options);
  const learnt = options.teacher === undefined ? null : await learnFrom(options.teacher, store, options, name);
  return {
    training: trainingSetOf(store, options.scale, learnt),
    untaught: trainingSetOf(store, options.scale, null),
    validation: validationOf(store, options.scale),
  };
}

/** The list in the repository; images of somebody's own, which it does not know, are chosen from in the same way. */
async function validationFilesOf(entries: readonly CatalogEntry[]): Promise<string[]> {
  const { files } = JSON.parse(await readFile(VALIDATION_LIST, 'utf8')) as { files: string[] };
  const listed = new Set(files);
  if (entries.length === 0 || entries.some(({ file }) => listed.has(file))) return files;
  const share = Math.max(DEFAULT_CHOICE.share, 1 / entries.length);
  return chooseValidation(entries, { ...DEFAULT_CHOICE, share });
}

async function prepareStore(
  options: TrainingSetOptions,
  entries: readonly CatalogEntry[],
  held: ReadonlySet<string>,
  path: string,
): Promise<PairStore> {
  const sources: PairSource[] = [];
  for (const { set, file, largestSide = Infinity } of entries) {
    const validation = held.has(file);
    const image = cropMiddle(await decodeImage(join(options.dataDir, file)), largestSide);
    const images = prepareImage(set, image, options.scale, validation ? [1] : LEVELS);
    sources.push({ set, file, validation, images });
    options.onProgress?.(sources.length, entries.length);
  }
  const store = packPairs(sources);
  await writePairs(path, store);
  return store;
}

async function degraded(
  path: string,
  degradation: Degradation,
  prepare: () => Promise<PairStore>,
  { onProgress }: TrainingSetOptions,
): Promise<PairStore> {
  const known = await readPairs(path);
  if (known !== null) return known;
  const store = await degradePairs(await prepare(), degradation, onProgress);
  await writePairs(path, store);
  return store;
}

/** The samples with a teacher's outputs in the place of HR, and the share of them that is used. */
interface Learnt {
  readonly store: PairStore;
  readonly share: number;
}

async function learnFrom(
  teacher: Teacher,
  store: PairStore,
  { cacheDir, onProgress }: TrainingSetOptions,
  key: string,
): Promise<Learnt> {
  const hr = await teacherOutputs(store, teacher, {
    cacheDir,
    key,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return { store: { ...store, hr: mixed(hr, store.hr, teacher.weight) }, share: teacher.share };
}

function mixed(outputs: Uint16Array, hr: Uint16Array, weight: number): Uint16Array {
  if (weight === 1) return outputs;
  for (let i = 0; i < outputs.length; i += 1) outputs[i] = Math.round(weight * outputs[i]! + (1 - weight) * hr[i]!);
  return outputs;
}

function trainingSetOf(store: PairStore, scale: 2 | 3 | 4, learnt: Learnt | null): TrainingSet {
  const pairs = store.pairs.filter((pair) => !pair.validation);
  const tables = new Map<number, PatchTable>();
  return {
    scale,
    sets: [...new Set(pairs.map((pair) => pair.set))].sort(),
    fillBatch({ seed, step, batch, patch }: BatchRequest, lr: Float32Array, hr: Float32Array): void {
      const samples = batch * patch * patch;
      if (lr.length !== samples || hr.length !== samples * scale * scale) {
        const expected = `${samples} and ${samples * scale * scale}`;
        throw new AppError('internal', `expected arrays of ${expected} samples, but got ${lr.length} and ${hr.length}`);
      }
      const table = tables.get(patch) ?? tabulatePatches(pairs, patch);
      tables.set(patch, table);
      for (let sample = 0; sample < batch; sample++) {
        const chosen = pickPatch(table, store, { seed, step, sample });
        const isLearnt = learnt !== null && uniform(seed + 77, step * batch + sample) < learnt.share;
        copyPatch(isLearnt ? learnt.store : store, chosen, { side: patch, scale, index: sample }, lr, hr);
      }
    },
  };
}

function validationOf(store: PairStore, scale: number): ValidationImage[] {
  return store.pairs
    .filter((pair) => pair.validation)
    .map(({ set, file, lrWidth, lrHeight, lrOffset, hrOffset }) => {
      const lrLength = lrWidth * lrHeight;
      const stored = store.hr.subarray(hrOffset, hrOffset + lrLength * scale * scale);
      const hr = Float32Array.from(stored, (value) => value / HR_STEPS);
      return { set, file, lrWidth, lrHeight, lr: store.lr.slice(lrOffset, lrOffset + lrLength), hr };
    });
}
