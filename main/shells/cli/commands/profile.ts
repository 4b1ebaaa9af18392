import { Command } from 'commander';
import { profile } from '../../../app/profile.ts';

interface ProfileOptions {
  readonly renew?: true;
  readonly json?: true;
}

/** `tandem profile`: latency of layers on this computer, the table that the search and the packing read. */
export function profileCommand(): Command {
  return new Command('profile')
    .description('measures how fast layers run here, by shape, data type, pruning scheme and ratio')
    .option('--renew', 'measure again although a table is there')
    .option('--json', 'print one JSON document instead of the table')
    .addHelpText('after', '\nExamples:\n  tandem profile\n  tandem profile --renew --json')
    .action(async (options: ProfileOptions) => {
      const onProgress = (done: number, all: number): void => {
        process.stderr.write(`\r${String(done)} of ${String(all)} layers${done === all ? '\n' : ''}`);
      };
      const result = await profile({ renew: options.renew ?? false, onProgress });
      if (options.json) {
        console.log(JSON.stringify(result, null, 2));
        return;
      }
      console.log(`${result.key}; milliseconds of one layer for 640x360, one thread`);
      for (const row of result.layers) {
        const { kernel, inChannels, outChannels, dataType, scheme, block, kept, milliseconds } = row;
        const shape = `${kernel}x${kernel} ${inChannels}->${outChannels}`;
        const what = `${scheme}${block === null ? '' : ` ${block}`} ${100 * kept} %`;
        console.log(`${shape.padEnd(14)} ${dataType.padEnd(5)} ${what.padEnd(22)} ${milliseconds.toFixed(3)}`);
      }
      for (const { channels, dataType, milliseconds } of result.ends) {
        const shape = `1->${channels}->4 x2`;
        console.log(
          `${shape.padEnd(14)} ${dataType.padEnd(5)} ${'first and last'.padEnd(22)} ${milliseconds.toFixed(3)}`,
        );
      }
      if (result.checks.length > 0) console.log('\nwhole networks: sum of layers, measured, error');
      for (const { name, predictedMs, measuredMs } of result.checks) {
        const error = `${(100 * (predictedMs / measuredMs - 1)).toFixed(1)} %`;
        console.log(
          `${name.padEnd(28)} ${predictedMs.toFixed(2).padStart(8)} ${measuredMs.toFixed(2).padStart(8)} ${error.padStart(8)}`,
        );
      }
    });
}
