/** `tandem bench`: the engine against onnxruntime, and what standing still saves; a table, or one JSON document. */
import { parseArgs } from 'node:util';
import { describeHardware } from '../../main/adapters/system/hardware.ts';
import { whyEngineMissing } from '../../native-bridge/cpu/engine.ts';
import { benchEngine, formatRows, machinePeaks } from './engine.ts';
import { benchStaticRegions, formatStaticRows } from './static-regions.ts';

const HELP = `Usage: tandem bench [options]

Times the sparse engine against onnxruntime f32 and int8 on the same networks, in turns.

Options:
  --channels <list>  widths of the networks (default: 16,24,32)
  --rounds <number>  how often each is run (default: 5)
  --json             print one JSON document

Examples:
  tandem bench
  tandem bench --channels 16 --rounds 9 --json`;

async function main(): Promise<number> {
  const options = {
    channels: { type: 'string', default: '16,24,32' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const channels = values.channels.split(',').map(Number);
  const rounds = Number(values.rounds);
  if (![...channels, rounds].every((v) => Number.isInteger(v) && v > 0)) {
    console.error('expected whole numbers above zero for --channels and --rounds');
    return 2;
  }
  const missing = whyEngineMissing();
  if (missing !== null) {
    console.error(missing);
    return 1;
  }
  const rows = await benchEngine({ channels, rounds });
  const staticRegions = await benchStaticRegions();
  const machine = { ...describeHardware(), peaks: machinePeaks() };
  if (values.json) console.log(JSON.stringify({ machine, rows, staticRegions }, null, 2));
  else console.log(`${JSON.stringify(machine)}\n${formatRows(rows)}\n${formatStaticRows(staticRegions)}`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof TypeError && 'code' in error ? 2 : 1;
}
