import { Command } from 'commander';
import { listDevices } from '../../../app/devices.ts';

/** `tandem devices`: what clips can be upscaled with here. */
export function devicesCommand(): Command {
  return new Command('devices')
    .description('lists what this computer can upscale with')
    .option('--json', 'print one JSON document instead of the table')
    .addHelpText(
      'after',
      '\nExamples:\n  tandem devices\n  tandem upscale clip.mp4 --device gpu:nvidia\n  tandem upscale clip.mp4 --device phone:SERIAL',
    )
    .action(async ({ json }: { readonly json?: true }) => {
      const list = await listDevices();
      if (json) {
        console.log(JSON.stringify(list, null, 2));
        return;
      }
      const rows = list.devices.map(({ kind, name, driver, isSoftware }) => [
        kind,
        isSoftware ? `${name}: software, used only by name` : name,
        driver,
      ]);
      for (const [kind = '', name = '', driver = ''] of rows) console.log(`${kind}  ${name}\n     ${driver}`);
      for (const { sentence } of list.phones) console.log(`phone  ${sentence}`);
      for (const note of list.notes) console.log(`Note: ${note}.`);
    });
}
