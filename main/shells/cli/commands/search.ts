import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { search } from '../../../app/search.ts';
import type { SearchReport } from '../../../app/search.ts';
import { describeStage } from './search-progress.ts';
import { trainingFolders } from './training-folders.ts';

interface Flags {
  readonly run: string;
  readonly device?: string;
  readonly scale?: number;
  readonly target?: string;
  readonly gmac?: number;
  readonly quick?: true;
  readonly seed?: number;
  readonly from?: string;
  readonly scheme?: string;
  readonly teacher?: string;
  readonly folder?: string;
  readonly data?: string;
  readonly json?: true;
}

const STAGES_HELP = `
Stages, in order:
  latency        measures whole networks here, and checks what the layers' costs predict
  supernet       trains one set of weights for all architectures
  architecture   searches blocks, widths and pruning schemes under the target
  ratios         prunes while training, until the target is met
  finetune       trains on with the masks as they are
  quantise       trains on with weights and activations of 8 bit
  export         writes the model with its manifest
Beside them, to know how good they are:
  rank           trains architectures alone and compares their order with the supernet's
  compare        evaluates architectures drawn by chance, and replays three ways of searching
  prunings       prunes the network of --from in several ways with equal steps
  distillation   trains a plain network with and without --teacher
  baselines      trains plain networks, and prunes plain networks, for as long as the search took
Everything is kept in .train/<run>; a search that was stopped goes on there.

Examples:
  tandem search --device cpu --scale 2 --target 10ms --quick
  tandem search --run my-x2 --target 60fps
  tandem search supernet --run my-x2
  tandem search --run tandem-x2-balanced --from .train/tandem-x2-fine/checkpoint.bin --gmac 4`;

/** `tandem search`. Exit code 130 when interrupted; the next call goes on. */
export function searchCommand(): Command {
  return new Command('search')
    .description('finds a model for this device: architecture, pruning schemes and ratios, then trains it')
    .argument('[stage]', 'one stage; all that are left when absent')
    .option('--run <name>', 'name of the search and of its model', 'searched')
    .option('--device <name>', 'what the model is to run on: cpu, gpu, gpu:NAME, phone or phone:SERIAL (default: cpu)')
    .option('--scale <n>', '2, 3 or 4 (default: 2)', parseCount)
    .option('--target <time>', 'of one 1280x720 output frame on all threads: 10ms or 60fps (default: 10ms)')
    .option('--gmac <n>', 'instead of a time: executed multiply-adds of one such frame, in 1e9', parsePositive)
    .option('--quick', 'every stage in minutes, to try it: the model is worth nothing')
    .option('--seed <n>', 'of all that is drawn by chance (default: 1)', parseCount)
    .option('--from <checkpoint>', 'prune this trained dense network instead of searching an architecture')
    .option('--scheme <name>', 'how --from is pruned (default: block8x4)')
    .option('--teacher <checkpoint>', 'a trained wider network to learn from beside the images')
    .option('--folder <folder>', 'where searches are kept (default: .train)')
    .option('--data <folder>', 'folder of training images (default: $TANDEM_DATA/train)')
    .option('--json', 'print one JSON document instead of lines')
    .addHelpText('after', STAGES_HELP)
    .action(run);
}

async function run(stage: string | undefined, flags: Flags): Promise<void> {
  const { trainFolder: searchFolder, ...folders } = trainingFolders(flags);
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  try {
    const report = await search({
      stage: stage ?? null,
      run: flags.run,
      device: flags.device ?? null,
      scale: flags.scale ?? null,
      target: flags.target ?? null,
      gmac: flags.gmac ?? null,
      quick: flags.quick ?? null,
      seed: flags.seed ?? null,
      from: flags.from === undefined ? null : resolve(flags.from),
      scheme: flags.scheme ?? null,
      teacher: flags.teacher === undefined ? null : resolve(flags.teacher),
      searchFolder,
      ...folders,
      signal: stop.signal,
      onProgress: (progress) => process.stderr.write(`${describeStage(progress)}\n`),
      onNote: (sentence) => process.stderr.write(`${sentence}\n`),
    });
    process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : `${describeReport(report)}\n`);
    if (stop.signal.aborted) process.exitCode = 130;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

function describeReport({ folder, isFinished, model }: SearchReport): string {
  if (!isFinished) return `stopped; the same command goes on in ${folder}`;
  return model === null ? `done, in ${folder}` : `done: ${model}`;
}

function parseCount(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError(`expected a whole number but got '${text}'`);
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new InvalidArgumentError(`expected a positive number but got '${text}'`);
}
