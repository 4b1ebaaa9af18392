import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { AppError } from '../../../core/errors.ts';
import { OPTIMISERS, exportRun, train } from '../../../app/train.ts';
import type { Optimiser, TrainReport } from '../../../app/train.ts';
import { trainingFolders } from './training-folders.ts';
import { describeProgress } from './train-progress.ts';

interface Flags {
  readonly run?: string;
  readonly folder?: string;
  readonly data?: string;
  readonly steps: number;
  readonly decay?: number;
  readonly rate?: number;
  readonly optimiser?: Optimiser;
  readonly seed?: number;
  readonly body?: string;
  readonly tune?: boolean;
  readonly resume?: boolean;
  readonly decayNow?: boolean;
  readonly finishAt?: number;
  readonly export?: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** `tandem train`. Exit code 130 when interrupted, after a checkpoint. */
export function trainCommand(): Command {
  return new Command('train')
    .description('trains a model; it can be interrupted and resumed at any step')
    .argument('[model]', 'the model to make', 'tandem-x2-fast')
    .option('--run <name>', 'name of the run (default: the model)')
    .option('--folder <folder>', 'where trainings are kept (default: .train)')
    .option('--data <folder>', 'folder of training images (default: $TANDEM_DATA/train)')
    .option('--steps <n>', 'steps in all, the decay among them', parseCount, 100_000)
    .option('--decay <n>', 'steps in which the rate decays at the end (default: a fifth of all)', parseCount)
    .option('--rate <rate>', 'learning rate', parsePositive)
    .addOption(new Option('--optimiser <name>', "instead of the model's own").choices(OPTIMISERS))
    .option('--seed <n>', 'seed of weights and samples', parseCount)
    .option(
      '--body <file>',
      'begin with the layers of this checkpoint or train-state; of another scale, all but the last',
    )
    .option('--tune', "go on from the zoo's train-state, pruned as it is: the rate decays over all steps")
    .option('--resume', 'go on from the last checkpoint')
    .option('--decay-now', 'begin the decay, in a running training too')
    .option('--finish-at <time>', 'begin the decay so that it ends about then: 18:30, or a full date', parseTime)
    .option('--export <run>', "write the model of a run's last checkpoint instead of training")
    .option('--to <folder>', "the exported model's folder, named like the model")
    .option('--json', 'print one JSON document instead of lines')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, flags: Flags) => {
      await (flags.export === undefined ? run(model, flags) : exportTo(flags.export, flags));
    });
}

const EXAMPLES = `
Examples:
  tandem train tandem-x2-fast --steps 200000
  tandem train tandem-x3-fast --body models/zoo/tandem-x2-fast/train-state.bin
  tandem train tandem-x4-fast --tune --steps 10000 --run x4-fast-tuned
  tandem train tandem-x2-fast --resume
  tandem train tandem-x2-fast --decay-now
  tandem train --export tandem-x2-fast --to models/zoo/tandem-x2-fast`;

async function run(model: string, flags: Flags): Promise<void> {
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  try {
    const report = await train({
      model,
      run: flags.run ?? model,
      ...trainingFolders(flags),
      steps: flags.steps,
      decaySteps: flags.decay ?? null,
      rate: flags.rate ?? null,
      optimiser: flags.optimiser ?? null,
      seed: flags.seed ?? null,
      body: flags.body === undefined ? null : resolve(flags.body),
      tune: flags.tune === true,
      resume: flags.resume === true,
      decayNow: flags.decayNow === true,
      finishAtMs: flags.finishAt ?? null,
      signal: stop.signal,
      onProgress: (progress) => process.stderr.write(`${describeProgress(progress)}\n`),
      onNote: (sentence) => process.stderr.write(`${sentence}\n`),
    });
    process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : `${describeReport(report)}\n`);
    if (stop.signal.aborted) process.exitCode = 130;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

async function exportTo(run: string, flags: Flags): Promise<void> {
  if (flags.to === undefined)
    throw new AppError('wrong-usage', 'expected --to with the folder of the model but got none');
  const manifest = await exportRun({ run, ...trainingFolders(flags), to: resolve(flags.to) });
  const { steps = 0 } = manifest.training ?? {};
  process.stdout.write(
    flags.json ? `${JSON.stringify(manifest)}\n` : `${manifest.name}: ${steps} steps, in ${flags.to}\n`,
  );
}

function describeReport(report: TrainReport): string {
  const quality = report.validationPsnr === null ? '' : `, validation ${report.validationPsnr.toFixed(3)} dB`;
  const state = report.finished ? 'finished' : 'stopped; go on with --resume';
  return `${report.run}: ${report.step} steps${quality}, ${state}`;
}

function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError(`expected a whole number but got '${text}'`);
  return value;
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError(`expected a positive number but got '${text}'`);
  return value;
}

/** `18:30` is the next time that clock time comes. */
function parseTime(text: string): number {
  const clock = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (!clock) {
    const date = Date.parse(text);
    if (Number.isNaN(date)) throw new AppError('wrong-usage', `expected a time such as 18:30 but got '${text}'`);
    return date;
  }
  const time = new Date();
  time.setHours(Number(clock[1]), Number(clock[2]), 0, 0);
  if (time.getTime() <= Date.now()) time.setDate(time.getDate() + 1);
  return time.getTime();
}
