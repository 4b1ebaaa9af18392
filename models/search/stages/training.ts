import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { AppError } from '../../../main/core/errors.ts';
import { costOfMasks } from '../prune/budget.ts';
import type { Budget } from '../prune/budget.ts';
import { pruneFrom } from '../prune/from-dense.ts';
import type { PruningConfig } from '../prune/pruning.ts';
import type { CheckedLatency } from '../latency.ts';
import { METHOD } from '../settings.ts';
import type { SearchSettings } from '../settings.ts';
import { netOf, schemesOf } from '../space/encoding.ts';
import type { Scheme } from '../space/scheme.ts';
import { parseEncoding } from '../space/text.ts';
import { inheritLayers, mergeSupernet } from '../supernet/inherit.ts';
import { layersOf } from '../train/net/config.ts';
import type { NetConfig } from '../train/net/config.ts';
import { pickCalibrationSamples } from '../train/int8/calibration.ts';
import { TRAINED_CLIPPED_SHARE, startFineTuning } from '../train/int8/fine-tune.ts';
import { expressMerged } from '../train/run/express.ts';
import { runLoop } from '../train/run/loop.ts';
import { RunFolder } from '../train/run/run-folder.ts';
import { planDecayFrom, totalSteps } from '../train/run/schedule.ts';
import { decodeState } from '../train/run/state-codec.ts';
import { bestParameters, createState } from '../train/run/state.ts';
import type { TrainingConfig, TrainingState } from '../train/run/state.ts';
import { readStage } from './stage.ts';
import type { Stage, StageContext, StageName } from './stage.ts';
import type { ChosenArchitecture } from './architecture.ts';
import { loadSupernet } from './supernet.ts';

/** What is left of a network after pruning, in the units a person thinks in. */
export interface PrunedFigures {
  readonly step: number;
  readonly lrPixels: number;
  /** Executed multiply-adds over all, and in 1e9 for a 1280x720 output. */
  readonly keptShare: number;
  readonly keptGmac: number;
  /** Kept share of weights by layer. */
  readonly layers: readonly { readonly scheme: Scheme; readonly kept: number; readonly shape: string }[];
}

/** Where the masks of the searched or given network come to meet the target. */
export const runRatios: Stage = (context) => trainStage(context, 'ratios', startRatios);

/** Masked training while the rate decays. */
export const runFinetune: Stage = (context) =>
  trainStage(context, 'finetune', async ({ folder, settings }) => {
    const state = await loadStage(folder, 'ratios');
    state.plan = planDecayFrom(state.step, settings.training.finetuneSteps);
    return state;
  });

/** Training under rounding of weights and activations to 8 bit, masks as they are. */
export const runQuantise: Stage = (context) =>
  trainStage(context, 'quantise', async ({ folder, settings, training }) => {
    const tuned = await loadStage(folder, 'finetune');
    const { quantiseSteps: steps, schedule } = settings.training;
    return startFineTuning(tuned, {
      steps,
      rate: schedule.rate,
      patch: schedule.decayPatch,
      warmupSteps: Math.min(schedule.warmupSteps, steps >> 1),
      clippedShare: TRAINED_CLIPPED_SHARE,
      samples: pickCalibrationSamples(training),
    });
  });

/** @returns the state a training stage ended with. @throws AppError `input-missing` */
export function loadStage(folder: string, stage: StageName): Promise<TrainingState> {
  return new RunFolder(folder, stage).load();
}

/** Runs a training in the stage's folder, from its checkpoint where there is one. */
export async function trainStage(
  context: StageContext,
  stage: StageName,
  start: (context: StageContext) => Promise<TrainingState>,
): Promise<PrunedFigures | null> {
  const { folder: searchFolder, training, validation, signal, settings, openPass, onProgress } = context;
  const folder = new RunFolder(searchFolder, stage);
  const state = folder.hasCheckpoint() ? await folder.load() : await start(context);
  await folder.claim();
  try {
    const isFinished = await runLoop({
      state,
      folder,
      training,
      openPass,
      validation: settings.isQuick ? validation.slice(0, 2) : validation,
      signal,
      finishAtMs: null,
      reportEveryMs: settings.isQuick ? 200 : 10_000,
      checkpointEveryMs: 60_000,
      onProgress: ({ step, totalSteps: total, loss, validationPsnr, secondsLeft }) => {
        const quality = validationPsnr === null ? '' : `, validation ${validationPsnr.toFixed(3)} dB`;
        onProgress({ stage, done: step, total, secondsLeft, detail: `loss ${loss.toFixed(5)}${quality}` });
      },
    });
    return isFinished && state.step >= totalSteps(state.plan) ? describePruned(state) : null;
  } finally {
    await folder.release();
  }
}

async function startRatios(context: StageContext): Promise<TrainingState> {
  const { settings } = context;
  const { schedule, batch, averageDecay } = settings.training;
  const { net, p, schemes, lrPixels, pictures } = await startingPoint(context);
  const config = { ...METHOD, net, seed: settings.seed, batch, schedule, averageDecay, ...pictures };
  const dense = createState(config, 1);
  dense.vectors.p.set(p);
  dense.vectors.average.set(p);
  dense.lrPixels = lrPixels;
  const pruning = { ...pruningSteps(settings), schemes, budget: await budgetOf(context) };
  return pruneFrom(dense, { pruning, schedule, seed: settings.seed });
}

interface StartingPoint {
  readonly net: NetConfig;
  readonly p: Float32Array;
  readonly schemes: readonly Scheme[];
  readonly lrPixels: number;
  /** What LR it was trained on, where that is not as the images give it. */
  readonly pictures: Pick<TrainingConfig, 'lowResolution'>;
}

/** The dense network that was given, or the chosen encoding's as the supernet has it. */
async function startingPoint({ settings, folder }: StageContext): Promise<StartingPoint> {
  if (settings.dense !== null) {
    const { checkpoint, scheme } = settings.dense;
    const state = await loadDense(checkpoint, settings.scale);
    const { net, lowResolution } = state.config;
    const schemes = layersOf(net).map(({ index }): Scheme => (index === 0 ? 'none' : scheme));
    const pictures = lowResolution === undefined ? {} : { lowResolution };
    return { net, p: bestParameters(state), schemes, lrPixels: state.lrPixels, pictures };
  }
  const chosen = await readStage<ChosenArchitecture>(folder, 'architecture');
  if (chosen === null) {
    throw new AppError(
      'input-missing',
      `expected a chosen architecture in ${folder} but there is none; run that stage first`,
    );
  }
  const encoding = parseEncoding(chosen.encoding);
  const supernet = await loadSupernet(folder);
  const merged = await mergeSupernet(settings.space, supernet.vectors.average);
  const net = netOf(encoding);
  const p = await expressMerged(net, inheritLayers(settings.space, encoding, merged), settings.seed);
  return { net, p, schemes: schemesOf(encoding), lrPixels: supernet.lrPixels, pictures: {} };
}

/** @throws AppError `input-missing`, `wrong-usage` for a network of another scale */
async function loadDense(path: string, scale: number): Promise<TrainingState> {
  if (!existsSync(path)) {
    throw new AppError('input-missing', `expected the checkpoint of a dense network at ${path} but there is none`);
  }
  const state = decodeState(await readFile(path));
  if (state.config.net.scale === scale) return state;
  throw new AppError(
    'wrong-usage',
    `expected a checkpoint of scale ${scale} but ${path} is of scale ${state.config.net.scale}`,
  );
}

function pruningSteps({ training }: SearchSettings): Omit<PruningConfig, 'schemes' | 'budget'> {
  const { denseSteps, regulariseSteps, moveSteps, everySteps, strength } = training;
  return { denseSteps, regulariseSteps, moveSteps, everySteps, strength };
}

async function budgetOf({ settings, folder }: StageContext): Promise<Budget> {
  if (settings.gmac !== null) return { unit: 'gmac', most: settings.gmac, dataType: 'int8' };
  const checked = await readStage<CheckedLatency>(folder, 'latency');
  if (checked === null) {
    throw new AppError(
      'input-missing',
      `expected a latency model in ${folder} but there is none; run that stage first`,
    );
  }
  return { unit: 'ms', most: settings.targetMs, latency: checked.model };
}

function describePruned({ config, step, lrPixels, vectors }: TrainingState): PrunedFigures {
  const { net, pruning } = config;
  let first = 0;
  const layers = layersOf(net).map(({ index, inputs, outputs, kernel }) => {
    const size = inputs * outputs * kernel * kernel;
    const kept = vectors.mask.subarray(first, first + size).reduce((sum, m) => sum + m, 0) / size;
    first += size;
    return { scheme: pruning?.schemes[index] ?? 'none', kept, shape: `${inputs}→${outputs} ${kernel}×${kernel}` };
  });
  const cost = (unit: 'share' | 'gmac'): number => costOfMasks(net, vectors.mask, { unit, most: 0, dataType: 'f32' });
  return { step, lrPixels, keptShare: cost('share'), keptGmac: cost('gmac'), layers };
}
