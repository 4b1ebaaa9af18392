/** Use case: finds a model for this device, stage by stage, and goes on where it was stopped. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runChain, runExperiment, stagesOf } from '../../models/search/chain.ts';
import type { SearchDevice } from '../../models/search/latency.ts';
import { readJson, writeJson } from '../../models/search/records.ts';
import { parseTarget, planSearch } from '../../models/search/settings.ts';
import type { SearchSettings } from '../../models/search/settings.ts';
import { openTeacher } from '../../models/search/open-teacher.ts';
import { EXPERIMENTS, modelFolder, STAGES } from '../../models/search/stages/stage.ts';
import type { ExperimentName, StageName, StageProgress } from '../../models/search/stages/stage.ts';
import { SCHEMES } from '../../models/search/space/scheme.ts';
import type { Degradation } from '../../models/search/train/data/degrade.ts';
import { decodeState } from '../../models/search/train/run/state-codec.ts';
import { openTrainingSet } from '../../models/search/train/data/open-training-set.ts';
import { measureModel } from '../adapters/runtimes/profile/measuring-device.ts';
import { openTrainingPass } from '../adapters/runtimes/sparse/training.ts';
import { AppError } from '../core/errors.ts';
import { checkMeasurable, checkSearchName } from './check-search.ts';
import { openMeasuringDevice } from './open-measuring-device.ts';
import { profile } from './profile.ts';
import { degradationOf } from './training-degradation.ts';

export type { StageProgress };

export interface SearchRequest {
  /** One stage or experiment, or null for all stages that are not done. */
  readonly stage: string | null;
  /** Name of the search and of the model it makes. */
  readonly run: string;
  /** What a person gave; null takes the stored search's, or the default of a new one. */
  readonly device: string | null;
  readonly scale: number | null;
  readonly target: string | null;
  readonly gmac: number | null;
  readonly quick: boolean | null;
  readonly seed: number | null;
  readonly from: string | null;
  readonly scheme: string | null;
  readonly teacher: string | null;
  readonly searchFolder: string;
  readonly dataFolder: string;
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: StageProgress) => void;
  readonly onNote: (sentence: string) => void;
}

export interface SearchReport {
  readonly folder: string;
  readonly isFinished: boolean;
  readonly stages: readonly StageName[];
  /** Folder of the model, null before it is exported. */
  readonly model: string | null;
  /** Page of results. */
  readonly page: string;
}

export async function search(request: SearchRequest): Promise<SearchReport> {
  const folder = join(request.searchFolder, checkSearchName(request.run));
  const stage = checkStage(request.stage);
  const settings = await openSettings(request, folder);
  const { device, close } = await openDevice(settings, request.onNote);
  try {
    return await searchOn(device, { request, settings, folder, stage });
  } finally {
    await close();
  }
}

interface Prepared {
  readonly request: SearchRequest;
  readonly settings: SearchSettings;
  readonly folder: string;
  readonly stage: StageName | ExperimentName | null;
}

async function searchOn(device: SearchDevice, { request, settings, folder, stage }: Prepared): Promise<SearchReport> {
  const teacher = settings.teacher === null ? null : await openTeacher(settings.teacher, settings.scale);
  const { training, untaught, validation } = await openTrainingSet({
    dataDir: request.dataFolder,
    cacheDir: request.cacheFolder,
    scale: settings.scale,
    degradation: await degradationOfDense(settings),
    ...(teacher === null ? {} : { teacher }),
    onProgress: (done, total) => {
      if (done === total || done % 100 === 0) request.onNote(`prepared ${done} of ${total} images`);
    },
  });
  await teacher?.close();
  const { signal, onProgress, run: model } = request;
  const context = {
    settings,
    folder,
    device,
    training,
    untaught,
    validation,
    openPass: openTrainingPass,
    model,
    signal,
    onProgress,
  };
  const experiment = EXPERIMENTS.find((name) => name === stage);
  const isFinished =
    experiment === undefined
      ? await runChain(context, STAGES.find((name) => name === stage) ?? null)
      : await runExperiment(context, experiment);
  const exported = modelFolder(folder, model);
  return {
    folder,
    isFinished,
    stages: stagesOf(settings),
    model: existsSync(exported) ? exported : null,
    page: join(folder, 'results.html'),
  };
}

/** What is pruned goes on with the kind of pictures it was trained on. */
async function degradationOfDense({ dense }: SearchSettings): Promise<Degradation | null> {
  if (dense === null || !existsSync(dense.checkpoint)) return null;
  return degradationOf(decodeState(await readFile(dense.checkpoint)).config);
}

function checkStage(text: string | null): StageName | ExperimentName | null {
  if (text === null) return null;
  const stage = [...STAGES, ...EXPERIMENTS].find((known) => known === text);
  if (stage !== undefined) return stage;
  throw new AppError(
    'wrong-usage',
    `expected one of the stages ${[...STAGES, ...EXPERIMENTS].join(', ')} but got '${text}'`,
  );
}

/** The stored search's settings, which what a person gives has to agree with; or those of a new search. */
async function openSettings(request: SearchRequest, folder: string): Promise<SearchSettings> {
  const path = join(folder, 'search.json');
  const found = await readJson<SearchSettings>(path);
  if (found === null) {
    const settings = newSettings(request);
    await writeJson(path, settings);
    return settings;
  }
  // Searches of before there was a choice of devices, or some of the experiments.
  const { device = 'cpu', experiments } = found as Partial<SearchSettings>;
  const stored = { ...found, device, experiments: { ...planSearch(found).experiments, ...experiments } };
  const given = {
    device: request.device,
    scale: request.scale,
    targetMs: request.target === null ? null : parseTarget(request.target),
    isQuick: request.quick,
    seed: request.seed,
    gmac: request.gmac,
  };
  for (const name of ['device', 'scale', 'targetMs', 'isQuick', 'seed', 'gmac'] as const) {
    const [known, value] = [stored[name], given[name]];
    if (value === null || value === known) continue;
    const message = `expected the settings of the search in ${folder} (${name} ${known ?? 'none'}) but got ${value}`;
    throw new AppError('wrong-usage', `${message}; name another with --run`);
  }
  return stored;
}

function newSettings(request: SearchRequest): SearchSettings {
  const scale = request.scale ?? 2;
  if (scale !== 2 && scale !== 3 && scale !== 4) {
    throw new AppError('wrong-usage', `expected a scale of 2, 3 or 4 but got ${scale}`);
  }
  const scheme = SCHEMES.find((known) => known === (request.scheme ?? 'block8x4'));
  if (scheme === undefined || scheme === 'none') {
    const known = SCHEMES.filter((name) => name !== 'none').join(', ');
    throw new AppError('wrong-usage', `expected one of the schemes ${known} but got '${request.scheme ?? ''}'`);
  }
  return planSearch({
    device: checkMeasurable(request.device ?? 'cpu'),
    scale,
    targetMs: parseTarget(request.target ?? '10ms'),
    isQuick: request.quick ?? false,
    seed: request.seed ?? 1,
    dense: request.from === null ? null : { checkpoint: request.from, scheme },
    gmac: request.gmac,
    teacher: request.teacher,
  });
}

/** A search's device, and how to let go of it. */
async function openDevice(
  { device: name, isQuick }: SearchSettings,
  onNote: (sentence: string) => void,
): Promise<{ device: SearchDevice; close: () => Promise<void> }> {
  const measuring = await openMeasuringDevice(name);
  try {
    const onProgress = (done: number, all: number): void => {
      if (done === all || done % 20 === 0) onNote(`measured ${done} of ${all} kinds of layers`);
    };
    const { costs } = await profile(measuring, { renew: false, isQuick, onProgress });
    const measure: SearchDevice['measure'] = (model) => measureModel(measuring, model, costs);
    return { device: { name: measuring.name, costs, measure }, close: () => measuring.close() };
  } catch (error) {
    await measuring.close();
    throw error;
  }
}
