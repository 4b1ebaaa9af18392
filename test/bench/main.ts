/**
 * `npm run bench [-- --json] [-- name…]`: everything that is measured as a ratio, each against its peer in the same run,
 * with trainings of ours paused. Figures mean something on an otherwise idle machine only.
 */
import { parseArgs } from 'node:util';
import { describeHardware } from '../../main/adapters/system/hardware.ts';
import { benchEndToEnd } from './end-to-end.ts';
import { benchEngine } from './engine.ts';
import { benchJobMemory } from './job-memory.ts';
import { benchJobOverlap } from './job-overlap.ts';
import { benchOnnxOptions } from './onnx-options.ts';
import { benchStaticRegions } from './static-regions.ts';
import { benchTrainStep } from './train-step.ts';

type Row = Readonly<Record<string, unknown>>;

interface Bench {
  readonly about: string;
  readonly run: () => Promise<readonly object[]>;
}

const BENCHES: Readonly<Record<string, Bench>> = {
  'train-step': { about: "a training step over the machine's matrix product", run: benchTrainStep },
  'job-overlap': { about: 'wall time of a job over the best it could be', run: () => benchJobOverlap() },
  'onnx-options': { about: 'onnxruntime: threads, spinning, graph level, tiles', run: benchOnnxOptions },
  engine: {
    about: 'the sparse engine over onnxruntime on the same networks',
    run: () => benchEngine({ channels: [16, 24, 32], rounds: 5 }),
  },
  'static-regions': { about: 'what standing still saves the sparse engine', run: benchStaticRegions },
  'end-to-end': { about: 'the whole command, 360p to 720p in int8', run: () => benchEndToEnd() },
  'job-memory': { about: 'peak memory of a job', run: benchJobMemory },
};

/** `{a: {b: 1}}` becomes `{'a.b': 1}`, so that a row fits a table. */
function flatten(row: object, prefix = ''): Row {
  return Object.fromEntries(
    Object.entries(row).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(flatten(value, `${prefix}${key}.`))
        : [[prefix + key, value]],
    ),
  );
}

function show(value: unknown): string {
  if (typeof value !== 'number') return String(value);
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}

/** One column per row of the bench and one line per figure: rows are few, figures many and named long. */
function formatTable(rows: readonly object[]): string {
  const flat = rows.map((row) => flatten(row));
  const names = [...new Set(flat.flatMap((row) => Object.keys(row)))];
  const cells = names.map((name) => [name, ...flat.map((row) => show(row[name] ?? ''))]);
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  return cells.map((line) => line.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')).join('\n');
}

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`expected some of ${Object.keys(BENCHES).join(', ')} but got ${unknown.join(', ')}`);
  process.exit(2);
}

const machine = describeHardware();
const results: Record<string, readonly object[]> = {};
for (const [name, { about, run }] of Object.entries(BENCHES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.error(`${name}: ${about} …`);
  results[name] = await run();
  if (!values.json) console.log(`\n${name}: ${about}\n${formatTable(results[name])}\n`);
}
if (values.json) console.log(JSON.stringify({ machine, ...results }, null, 2));
process.exit();
