import { Command } from 'commander';
import { quantise } from '../../../app/quantise.ts';
import type { QuantiseReport } from '../../../app/quantise.ts';
import { numberWithin } from '../upscale/options.ts';
import { trainingFolders } from './training-folders.ts';
import { describeProgress } from './train-progress.ts';

interface Flags {
  readonly data?: string;
  readonly steps: number;
  readonly rate: number;
  readonly teacher: number;
  readonly resume?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  tandem quantise tandem-x2-fast
  tandem quantise tandem-x2-fast --steps 0      rounds the weights as they are
  tandem quantise tandem-x2-fast --teacher 0    learns from the images alone
  tandem quantise tandem-x2-fast --resume

The teacher's outputs are computed once for all training images, which takes minutes for a large model.
The validation split of the training images decides which file is kept; no benchmark image is looked at.`;

/** `tandem quantise`: the int8 file of a model. Exit code 130 when interrupted, after a checkpoint. */
export function quantiseCommand(): Command {
  return new Command('quantise')
    .description('makes the int8 file of a model, by rounding it and by training it on under rounding')
    .argument('<model>', 'a model of the zoo')
    .option('--data <folder>', 'training images (default: $TANDEM_DATA/train)')
    .option('--steps <n>', 'steps of training under rounding', numberWithin(0, 1e7, true), 16_000)
    .option('--rate <rate>', 'its learning rate', numberWithin(1e-7, 1), 1e-3)
    .option(
      '--teacher <weight>',
      'of the f32 network over all eight orientations in what is learnt, beside the images',
      numberWithin(0, 1),
      0.7,
    )
    .option('--resume', 'go on from the last checkpoint')
    .option('--json', 'print one JSON document instead of lines')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(model: string, flags: Flags): Promise<void> {
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  try {
    const { steps, rate, teacher: teacherWeight, resume = false, data } = flags;
    const report = await quantise({
      ...{ model, steps, rate, teacherWeight, resume },
      ...trainingFolders(data === undefined ? {} : { data }),
      signal: stop.signal,
      onProgress: (progress) => process.stderr.write(`${describeProgress(progress)}\n`),
      onNote: (sentence) => process.stderr.write(`${sentence}\n`),
    });
    if (report === null) process.exitCode = 130;
    else process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : `${describe(report)}\n`);
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

function describe({ model, method, validation: { f32, int8 } }: QuantiseReport): string {
  return `${model}: ${method}, validation ${int8.toFixed(3)} dB in int8, ${f32.toFixed(3)} dB in f32`;
}
