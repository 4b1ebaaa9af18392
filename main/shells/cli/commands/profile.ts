import { Command } from 'commander';
import { openMeasuringDevice } from '../../../app/open-measuring-device.ts';
import { profile } from '../../../app/profile.ts';
import { formatProfile } from './profile-table.ts';

interface ProfileOptions {
  readonly device: string;
  readonly renew?: boolean;
  readonly quick?: boolean;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  tandem profile
  tandem profile --renew --json
  tandem profile --device gpu
  tandem profile --device phone
  tandem search --device phone`;

/** `tandem profile`: latency of layers on a device, the table that the search and the packing read. */
export function profileCommand(): Command {
  return new Command('profile')
    .description('measures how fast layers run, by shape, data type, pruning scheme and ratio')
    .option('--device <name>', 'cpu, gpu, gpu:NAME, phone or phone:SERIAL', 'cpu')
    .option('--renew', 'measure again although a table is there')
    .option('--quick', 'only what packing chooses by; not kept')
    .option('--json', 'print one JSON document instead of the table')
    .addHelpText('after', EXAMPLES)
    .action(async ({ device: name, renew = false, quick = false, json }: ProfileOptions) => {
      const onProgress = (done: number, all: number): void => {
        process.stderr.write(`\r${String(done)} of ${String(all)} layers${done === all ? '\n' : ''}`);
      };
      const device = await openMeasuringDevice(name);
      try {
        const result = await profile(device, { renew, isQuick: quick, onProgress });
        console.log(json ? JSON.stringify(result, null, 2) : formatProfile(result));
      } finally {
        await device.close();
      }
    });
}
