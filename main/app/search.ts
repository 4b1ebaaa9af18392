/** Use case: finds a model for this device, stage by stage, and goes on where it was stopped. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runChain, runExperiment, stagesOf } from '../../models/search/chain.ts';
import type { SearchDevice } from '../../models/search/latency.ts';
import { readJson, writeJson } from '../../models/search/records.ts';
import { parseTarget, planSearch } from '../../models/search/settings.ts';
import type { SearchSettings } from '../../models/search/settings.ts';
import { openTeacher } from '../../models/search/open-teacher.ts';
import { EXPERIMENTS, STAGES } from '../../models/search/stages/stage.ts';
import type { ExperimentName, StageName, StageProgress } from '../../models/search/stages/stage.ts';
import { modelFolder } from '../../models/search/stages/export.ts';
import { SCHEMES } from '../../models/search/space/scheme.ts';
import { openTrainingSet } from '../../models/search/train/data/open-training-set.ts';
import { measureNetwork } from '../adapters/runtimes/sparse/measure-network.ts';
import { measureProfile } from '../adapters/runtimes/sparse/profile.ts';
import type { Profile } from '../adapters/runtimes/sparse/profile.ts';
import { createSparseRuntime } from '../adapters/runtimes/sparse/runtime.ts';
import { describeHardware } from '../adapters/system/hardware.ts';
import { AppError } from '../core/errors.ts';
import { profile, readProfile } from './profile.ts';

export type { StageProgress };

type CostTable = Profile['costs'];

export interface SearchRequest {
  /** One stage or experiment, or null for all stages that are not done. */
  readonly stage: string | null;
  /** Name of the search and of the model it makes. */
  readonly run: string;
  readonly device: string;
  /** What a person gave; null takes the stored search's, or the default of a new one. */
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
  const folder = join(request.searchFolder, checkName(request.run));
  const stage = checkStage(request.stage);
  const settings = await openSettings(request, folder);
  const device = await openDevice(request.device, settings, request.onNote);
  const teacher = settings.teacher === null ? null : await openTeacher(settings.teacher, settings.scale);
  const { training, validation } = await openTrainingSet({
    dataDir: request.dataFolder,
    cacheDir: request.cacheFolder,
    scale: settings.scale,
    ...(teacher === null ? {} : { teacher }),
    onProgress: (done, total) => {
      if (done === total || done % 100 === 0) request.onNote(`prepared ${done} of ${total} images`);
    },
  });
  await teacher?.close();
  const { signal, onProgress, run: model } = request;
  const context = { settings, folder, device, training, validation, model, signal, onProgress };
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

function checkName(run: string): string {
  if (/^[a-z0-9][a-z0-9.-]*$/.test(run)) return run;
  throw new AppError('wrong-usage', `expected a name of lower-case letters, digits, dots and hyphens but got '${run}'`);
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
  const stored = await readJson<SearchSettings>(path);
  if (stored === null) {
    const settings = newSettings(request);
    await writeJson(path, settings);
    return settings;
  }
  const given = {
    scale: request.scale,
    targetMs: request.target === null ? null : parseTarget(request.target),
    isQuick: request.quick,
    seed: request.seed,
    gmac: request.gmac,
  };
  for (const name of ['scale', 'targetMs', 'isQuick', 'seed', 'gmac'] as const) {
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
    scale,
    targetMs: parseTarget(request.target ?? '10ms'),
    isQuick: request.quick ?? false,
    seed: request.seed ?? 1,
    dense: request.from === null ? null : { checkpoint: request.from, scheme },
    gmac: request.gmac,
    teacher: request.teacher,
  });
}

async function openDevice(
  name: string,
  settings: SearchSettings,
  onNote: (sentence: string) => void,
): Promise<SearchDevice> {
  if (name !== 'cpu') throw new AppError('wrong-usage', `expected the device cpu but got '${name}'`);
  const missing = await createSparseRuntime().probe();
  if (!missing.ok) throw new AppError('runtime-unavailable', missing.message);
  const { cpu, cores } = describeHardware();
  const costs = await readCosts(settings, onNote);
  return {
    name: `${cpu}, ${cores} threads`,
    costs,
    measure: (model) => measureNetwork(model, costs, cores),
  };
}

/** The profile that is there; a quick search measures only what it needs, and keeps nothing. */
async function readCosts({ isQuick }: SearchSettings, onNote: (sentence: string) => void): Promise<CostTable> {
  const known = await readProfile();
  if (known !== null) return known.costs;
  if (isQuick) return (await measureProfile({ cpu: describeHardware().cpu, channels: [] })).costs;
  const measured = await profile({
    renew: false,
    onProgress: (done, all) => {
      if (done === all || done % 20 === 0) onNote(`measured ${done} of ${all} kinds of layers`);
    },
  });
  return measured.costs;
}
