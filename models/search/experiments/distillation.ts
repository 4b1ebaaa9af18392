import { join } from 'node:path';
import { AppError } from '../../../main/core/errors.ts';
import { appendRow, readRows, writeJson } from '../records.ts';
import { METHOD } from '../settings.ts';
import { Pace } from '../stages/stage.ts';
import type { StageContext } from '../stages/stage.ts';
import { plainNet } from '../train/presets.ts';
import { RunFolder } from '../train/run/run-folder.ts';
import { createState } from '../train/run/state.ts';
import { judge } from './judge.ts';
import { trainRun } from './train-run.ts';

/** Channels of the student. */
const CHANNELS = 16;
/** Each way is trained from so many first weights: their spread is the noise. */
const SEEDS = 2;

/** One training of the student. */
interface DistillationRow {
  readonly isTaught: boolean;
  readonly seed: number;
  /** dB on the validation split, f32. */
  readonly psnr: number;
}

export interface DistillationReport {
  readonly teacher: string;
  readonly channels: number;
  readonly steps: number;
  readonly rows: readonly DistillationRow[];
  /** dB that the teacher gains, means over the seeds. */
  readonly gain: number;
  /** dB between two seeds of one way, root of the mean square. */
  readonly noise: number;
}

export const distillationFile = (folder: string): string => join(folder, 'distillation', 'done.json');

/**
 * What a teacher is worth: a plain student trained with and without it, by equal steps.
 * @returns null when the signal stopped it; what is done is kept
 * @throws AppError `wrong-usage` without a teacher
 */
export async function compareDistillation(context: StageContext): Promise<DistillationReport | null> {
  const { settings, folder, onProgress } = context;
  if (settings.teacher === null) {
    throw new AppError('wrong-usage', 'expected a network to learn from (--teacher <checkpoint>) but got none');
  }
  const { steps } = settings.experiments.distillation;
  const path = join(folder, 'distillation', 'rows.jsonl');
  const rows = await readRows<DistillationRow>(path);
  const all = Array.from({ length: SEEDS }, (_, i) =>
    [false, true].map((isTaught) => ({ isTaught, seed: i + 1 })),
  ).flat();
  const pace = new Pace(rows.length);
  for (const way of all.slice(rows.length)) {
    const psnr = await trainStudent(context, way, steps);
    if (psnr === null) return null;
    const row = { ...way, psnr };
    await appendRow(path, row);
    rows.push(row);
    const [done, total] = [rows.length, all.length];
    const detail = `${way.isTaught ? 'with' : 'without'} the teacher ${psnr.toFixed(3)} dB`;
    onProgress({ stage: 'distillation', done, total, secondsLeft: pace.secondsLeft(done, total), detail });
  }
  const report = { teacher: settings.teacher, channels: CHANNELS, steps, rows, ...figuresOf(rows) };
  await writeJson(distillationFile(folder), report);
  return report;
}

type Way = Omit<DistillationRow, 'psnr'>;

async function trainStudent(context: StageContext, { isTaught, seed }: Way, steps: number): Promise<number | null> {
  const { settings, folder, untaught } = context;
  const { batch, schedule, averageDecay } = settings.training;
  const net = plainNet(settings.scale, CHANNELS);
  const config = { ...METHOD, net, seed, batch, schedule, averageDecay };
  const run = new RunFolder(join(folder, 'distillation'), `${isTaught ? 'taught' : 'untaught'}-${seed}`);
  const own = isTaught ? context : { ...context, training: untaught };
  const state = await trainRun(own, run, () => createState(config, steps));
  return state && (await judge(context, state));
}

export function figuresOf(rows: readonly DistillationRow[]): Pick<DistillationReport, 'gain' | 'noise'> {
  const ways = [false, true].map((wanted) =>
    rows.filter(({ isTaught }) => isTaught === wanted).map(({ psnr }) => psnr),
  );
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const squares = ways.map(([a = 0, b = 0]) => (a - b) ** 2);
  return { gain: mean(ways[1]!) - mean(ways[0]!), noise: Math.sqrt(mean(squares)) };
}
