import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../main/core/errors.ts';
import { goOnFrom, pruneFrom } from '../prune/from-dense.ts';
import { costOfMasks } from '../prune/budget.ts';
import type { PruningConfig } from '../prune/pruning.ts';
import { appendRow, readRows, writeJson } from '../records.ts';
import { METHOD } from '../settings.ts';
import type { SearchSettings } from '../settings.ts';
import type { Scheme } from '../space/scheme.ts';
import { Pace } from '../stages/stage.ts';
import type { StageContext } from '../stages/stage.ts';
import { pickCalibrationSamples } from '../train/int8/calibration.ts';
import { CLIPPED_SHARE, quantiseAfterTraining } from '../train/int8/post-training.ts';
import { layersOf } from '../train/net/config.ts';
import { RunFolder } from '../train/run/run-folder.ts';
import { planDecay } from '../train/run/schedule.ts';
import { decodeState } from '../train/run/state-codec.ts';
import type { TrainingState } from '../train/run/state.ts';
import { judge, onnxOf } from './judge.ts';
import { trainRun } from './train-run.ts';

/** The same steps for each: the dense network, three ratios of one block, and three blocks at one ratio. */
const PRUNINGS: readonly { readonly scheme: Scheme; readonly kept: number }[] = [
  { scheme: 'none', kept: 1 },
  { scheme: 'block8x4', kept: 0.5 },
  { scheme: 'block8x4', kept: 0.25 },
  { scheme: 'block8x4', kept: 0.125 },
  { scheme: 'block4x4', kept: 0.25 },
  { scheme: 'block8x1', kept: 0.25 },
];

/** Of the masked rest, what precedes it: an eighth of the steps regularises, a quarter moves masks. */
const SHARES = { regularise: 1 / 8, move: 1 / 4 } as const;

/** One pruning of the dense network, after its steps. */
export interface PruningRow {
  readonly scheme: Scheme;
  /** Asked-for share of the pruned layers' multiply-adds, and the executed share of all. */
  readonly kept: number;
  readonly keptShare: number;
  readonly keptGmac: number;
  /** dB on the validation split, f32. */
  readonly psnr: number;
  /** Of the exported network for a 1280x720 output, with all threads, measured whole. */
  readonly msF32: number;
  readonly msInt8: number;
  readonly steps: number;
}

type TrainedRow = Omit<PruningRow, 'msF32' | 'msInt8'>;

export interface PruningReport {
  readonly device: string;
  readonly checkpoint: string;
  readonly rows: readonly PruningRow[];
}

export const pruningsFile = (folder: string): string => join(folder, 'prunings', 'done.json');

/**
 * What ratio and block cost and gain: one trained dense network, given by `--from`, pruned in several ways with equal steps.
 * @returns null when the signal stopped it; what is done is kept
 * @throws AppError `wrong-usage` without a dense network
 */
export async function comparePrunings(context: StageContext): Promise<PruningReport | null> {
  const { settings, folder, device, onProgress } = context;
  if (settings.dense === null) {
    throw new AppError('wrong-usage', 'expected a trained dense network (--from <checkpoint>) to prune but got none');
  }
  const { checkpoint } = settings.dense;
  const dense = decodeState(await readFile(checkpoint));
  const path = join(folder, 'prunings', 'rows.jsonl');
  const trainedRows = await readRows<TrainedRow>(path);
  const pace = new Pace(trainedRows.length);
  for (const pruning of PRUNINGS.slice(trainedRows.length)) {
    const trained = await trainRun(context, folderOf(folder, pruning), () => startPruning(settings, dense, pruning));
    if (trained === null) return null;
    const row = await describe(context, trained, pruning);
    await appendRow(path, row);
    trainedRows.push(row);
    const [done, total] = [trainedRows.length, PRUNINGS.length];
    const detail = `${row.scheme} at ${100 * row.kept} %: ${row.psnr.toFixed(3)} dB`;
    onProgress({ stage: 'prunings', done, total, secondsLeft: pace.secondsLeft(done, total), detail });
  }
  // All in one go: times of different hours do not compare.
  const rows: PruningRow[] = [];
  for (const row of trainedRows) {
    rows.push({ ...row, ...(await time(context, await folderOf(folder, row).load())) });
  }
  const report = { device: device.name, checkpoint, rows };
  await writeJson(pruningsFile(folder), report);
  return report;
}

type Pruning = (typeof PRUNINGS)[number];

function folderOf(folder: string, { scheme, kept }: Pruning): RunFolder {
  return new RunFolder(join(folder, 'prunings'), `${scheme}-${1000 * kept}`);
}

function startPruning(settings: SearchSettings, dense: TrainingState, { scheme, kept }: Pruning): TrainingState {
  const { steps } = settings.experiments.prunings;
  const { everySteps, strength, schedule } = settings.training;
  const method = { ...METHOD, seed: settings.seed, schedule };
  const state = scheme === 'none' ? goOnFrom(dense, method) : pruneFrom(dense, { ...method, pruning: configOf() });
  state.plan = planDecay(steps);
  return state;

  function configOf(): PruningConfig {
    return {
      denseSteps: 0,
      regulariseSteps: Math.round(steps * SHARES.regularise),
      moveSteps: Math.round(steps * SHARES.move),
      everySteps,
      strength,
      schemes: layersOf(dense.config.net).map(({ index }): Scheme => (index === 0 ? 'none' : scheme)),
      budget: { unit: 'share', most: kept, dataType: 'f32' },
    };
  }
}

/** What came of one pruning. */
async function describe(context: StageContext, state: TrainingState, pruning: Pruning): Promise<TrainedRow> {
  const { config, step: steps, vectors } = state;
  const cost = (unit: 'share' | 'gmac'): number =>
    costOfMasks(config.net, vectors.mask, { unit, most: 0, dataType: 'f32' });
  return { ...pruning, keptShare: cost('share'), keptGmac: cost('gmac'), psnr: await judge(context, state), steps };
}

async function time(
  { device, training }: StageContext,
  state: TrainingState,
): Promise<Pick<PruningRow, 'msF32' | 'msInt8'>> {
  const { scale } = state.config.net;
  const onnx = await onnxOf(state);
  const int8 = quantiseAfterTraining(onnx, pickCalibrationSamples(training), CLIPPED_SHARE);
  return {
    msF32: await device.measure({ onnx, scale }),
    msInt8: await device.measure({ onnx: int8, scale }),
  };
}
