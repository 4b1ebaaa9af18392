import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { basename, join } from 'node:path';
import type { Manifest } from '../../models/format/manifest.ts';
import { openTrainingPass } from '../adapters/runtimes/sparse/training.ts';
import { AppError } from '../core/errors.ts';
import { zooFolderOf } from './models.ts';
import { degradationOf } from './training-degradation.ts';
import { openTrainingSet } from '../../models/search/train/data/open-training-set.ts';
import { exportModel } from '../../models/search/train/export.ts';
import { PRESETS } from '../../models/search/train/presets.ts';
import { runLoop } from '../../models/search/train/run/loop.ts';
import type { TrainingProgress } from '../../models/search/train/run/loop.ts';
import { OPTIMISERS } from '../../models/search/train/run/optimiser.ts';
import type { Optimiser } from '../../models/search/train/run/optimiser.ts';
import { RunFolder } from '../../models/search/train/run/run-folder.ts';
import { isDecaying, planDecay, planDecayFrom } from '../../models/search/train/run/schedule.ts';
import { decodeState } from '../../models/search/train/run/state-codec.ts';
import { createState } from '../../models/search/train/run/state.ts';
import type { TrainingState } from '../../models/search/train/run/state.ts';
import { tuneFrom } from '../../models/search/train/run/tune.ts';
import { transplantBody } from '../../models/search/train/transplant.ts';

export { OPTIMISERS };
export type { Optimiser, TrainingProgress };

export interface TrainRequest {
  /** Name of a preset: the model to be made. */
  readonly model: string;
  /** Name of the run's folder. */
  readonly run: string;
  readonly trainFolder: string;
  readonly dataFolder: string;
  readonly cacheFolder: string;
  readonly steps: number;
  /** Of the decay; a fifth of all where it is null. */
  readonly decaySteps: number | null;
  readonly rate: number | null;
  readonly optimiser: Optimiser | null;
  readonly seed: number | null;
  /** A trained state whose layers, all but the last, a new training begins with. */
  readonly body: string | null;
  /** Tunes the model of the zoo, from its train-state, instead of training a new one. */
  readonly tune: boolean;
  readonly resume: boolean;
  readonly decayNow: boolean;
  readonly finishAtMs: number | null;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly onNote: (sentence: string) => void;
}

export interface TrainReport {
  readonly run: string;
  readonly model: string;
  readonly step: number;
  readonly lrPixels: number;
  readonly finished: boolean;
  /** dB on the validation split at the last validation. */
  readonly validationPsnr: number | null;
}

/** Trains a preset, or goes on with a run. */
export async function train(request: TrainRequest): Promise<TrainReport> {
  checkTuning(request);
  checkDecay(request);
  const folder = new RunFolder(request.trainFolder, request.run);
  if (request.decayNow && (await folder.owner()) !== null) {
    if (request.decaySteps !== null) {
      throw new AppError(
        'wrong-usage',
        'expected no --decay for a training that runs: it decays for a quarter of its steps',
      );
    }
    await folder.requestDecay();
    request.onNote('asked the running training to decay now; it begins at its next report');
    return reportOf(request, await folder.load(), false, null);
  }
  const state = await openState(request, folder);
  await folder.claim();
  try {
    if (request.decayNow && !isDecaying(state.plan, state.step))
      state.plan = planDecayFrom(state.step, request.decaySteps ?? undefined);
    const { scale } = state.config.net;
    let validationPsnr: number | null = null;
    const { training, validation } = await openTrainingSet({
      dataDir: request.dataFolder,
      cacheDir: request.cacheFolder,
      scale,
      degradation: await degradationOf(state.config),
      onProgress: (done, total) => {
        if (done === total || done % 100 === 0) request.onNote(`prepared ${done} of ${total} images`);
      },
    });
    const finished = await runLoop({
      state,
      folder,
      training,
      validation,
      signal: request.signal,
      openPass: openTrainingPass,
      finishAtMs: request.finishAtMs,
      reportEveryMs: 10_000,
      checkpointEveryMs: 60_000,
      onProgress: (progress) => {
        validationPsnr = progress.validationPsnr ?? validationPsnr;
        request.onProgress(progress);
      },
    });
    return reportOf(request, state, finished, validationPsnr);
  } finally {
    await folder.release();
  }
}

/** @throws AppError `wrong-usage` for an option that would be left aside */
function checkTuning({ tune, body, resume, decayNow, decaySteps, seed, optimiser }: TrainRequest): void {
  if (!tune) return;
  const others = {
    ...{ '--body': body, '--decay': decaySteps, '--seed': seed, '--optimiser': optimiser },
    ...{ '--resume': resume || null, '--decay-now': decayNow || null },
  };
  const [given] = Object.entries(others).find(([, value]) => value !== null) ?? [];
  if (given !== undefined) throw new AppError('wrong-usage', `expected --tune without ${given} but got both`);
}

/** @throws AppError `wrong-usage` for a length of the decay that would be left aside, or is longer than all */
function checkDecay({ decaySteps, steps, resume, decayNow }: TrainRequest): void {
  if (decaySteps === null || decayNow) return;
  if (resume) throw new AppError('wrong-usage', 'expected --decay-now beside --resume and --decay but got none');
  if (decaySteps <= steps) return;
  throw new AppError('wrong-usage', `expected a decay of at most ${steps} steps, all there are, but got ${decaySteps}`);
}

async function openState(request: TrainRequest, folder: RunFolder): Promise<TrainingState> {
  if (request.resume || request.decayNow) return folder.load();
  if (folder.hasCheckpoint()) {
    throw new AppError('output-exists', `expected a new run but ${folder.path} holds a training; use --resume`);
  }
  if (request.tune) return openTuned(request);
  const preset = PRESETS[request.model];
  if (!preset) {
    const known = Object.keys(PRESETS).join(', ');
    throw new AppError('wrong-usage', `expected one of the models ${known} but got '${request.model}'`);
  }
  const rate = request.rate ?? preset.schedule.rate;
  const optimiser = request.optimiser ?? preset.optimiser;
  const config = { ...preset, optimiser, seed: request.seed ?? preset.seed, schedule: { ...preset.schedule, rate } };
  const state = createState(config, request.steps);
  if (request.decaySteps !== null) state.plan = planDecay(request.steps, request.decaySteps);
  if (request.body !== null) {
    const trained = await readTrained(request.body);
    state.vectors.p.set(await transplantBody(trained, config.net, config.seed));
    state.vectors.average.set(state.vectors.p);
    // The whole network goes on, so what it has seen counts.
    if (trained.config.net.scale === config.net.scale) state.lrPixels = trained.lrPixels;
  }
  return state;
}

async function openTuned({ model, steps, rate }: TrainRequest): Promise<TrainingState> {
  return tuneFrom(await readTrained(join(await zooFolderOf(model), 'train-state.bin')), steps, rate);
}

async function readTrained(path: string): Promise<TrainingState> {
  if (existsSync(path)) return decodeState(await readFile(path));
  throw new AppError('input-missing', `expected a training state at ${path} but there is none`);
}

function reportOf(request: TrainRequest, state: TrainingState, finished: boolean, psnr: number | null): TrainReport {
  return {
    run: request.run,
    model: request.model,
    step: state.step,
    lrPixels: state.lrPixels,
    finished,
    validationPsnr: psnr,
  };
}

export interface ExportRequest {
  readonly run: string;
  readonly trainFolder: string;
  readonly dataFolder: string;
  readonly cacheFolder: string;
  /** Folder of the model; its last part is the model's name. */
  readonly to: string;
}

/** Writes the model of a run's last checkpoint, be the training finished or not. */
export async function exportRun(request: ExportRequest): Promise<Manifest> {
  const state = await new RunFolder(request.trainFolder, request.run).load();
  const { training } = await openTrainingSet({
    dataDir: request.dataFolder,
    cacheDir: request.cacheFolder,
    scale: state.config.net.scale,
  });
  const device = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, 1 thread`;
  return exportModel(state, {
    name: basename(request.to),
    to: request.to,
    sets: training.sets,
    device,
    date: new Date(),
  });
}
