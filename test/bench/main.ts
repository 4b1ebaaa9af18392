/**
 * `npm run bench [-- --json] [-- name…]`, `tandem bench`: everything that is measured as a ratio, each against its peer in
 * the same run, with trainings of ours paused. Figures mean something on an otherwise idle machine only.
 */
import { parseArgs } from 'node:util';
import { CODEC_CHOICES, PRESETS } from '../../main/core/codecs.ts';
import { describeHardware } from '../../main/adapters/system/hardware.ts';
import { benchAdbPath } from './adb-path.ts';
import { benchApp, formatAppRows } from './app/app.ts';
import { whyEngineMissing } from '../../native-bridge/cpu/engine.ts';
import { benchCompare } from './compare.ts';
import { benchEndToEnd } from './end-to-end.ts';
import { benchEngine, machinePeaks } from './engine/engine.ts';
import { formatRows } from './engine/entry.ts';
import { benchJobMemory } from './job-memory.ts';
import { benchJobOverlap } from './job-overlap.ts';
import { benchOnnxOptions } from './onnx-options.ts';
import { benchPrecision } from './precision.ts';
import { benchPresets, calibratePresets, formatCalibration, formatPresetRows } from './presets/presets.ts';
import { benchStaticRegions, formatStaticRows } from './static-regions.ts';
import { benchTandemLanes } from './tandem-lanes.ts';
import { benchTrainStep } from './train-step.ts';
import { benchWebgpu } from './webgpu.ts';

type Row = Readonly<Record<string, unknown>>;

interface Bench {
  readonly about: string;
  /** Runs it; `text` shows its rows where a table of its own says more. */
  readonly run: () => Promise<{ readonly rows: readonly object[]; readonly text?: string }>;
}

const OPTIONS = {
  json: { type: 'boolean' },
  peers: { type: 'boolean' },
  channels: { type: 'string' },
  rounds: { type: 'string' },
  encoders: { type: 'string' },
  presets: { type: 'string' },
  calibrate: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const plain = (about: string, run: () => Promise<readonly object[]>): Bench => ({
  about,
  run: async () => ({ rows: await run() }),
});

const BENCHES: Readonly<Record<string, Bench>> = {
  'adb-path': plain('a picture to a phone and back over adb, on a stand-in', benchAdbPath),
  'tandem-lanes': plain('three lanes of different speed over the sum of their rates', benchTandemLanes),
  'train-step': plain("a training step over the machine's matrix product", benchTrainStep),
  'job-overlap': plain('wall time of a job over the best it could be', () => benchJobOverlap()),
  'onnx-options': plain('onnxruntime: threads, spinning, graph level, tiles', benchOnnxOptions),
  engine: {
    about: 'the sparse engine over onnxruntime on the same networks',
    run: async () => {
      const rows = await benchEngine(engineOptions());
      return { rows, text: formatRows(rows) };
    },
  },
  'static-regions': {
    about: 'what standing still saves the sparse engine',
    run: async () => {
      const rows = await benchStaticRegions();
      return { rows, text: formatStaticRows(rows) };
    },
  },
  precision: plain("a GPU's and a phone's results on Set5 against the exact ones", benchPrecision),
  webgpu: plain('the GPU over the sparse engine and onnxruntime', benchWebgpu),
  'end-to-end': plain('the whole command, 360p to 720p in int8', () => benchEndToEnd()),
  app: {
    about: 'the app in a real Chromium: first paint, rest, a long queue, an hour of stats, previews',
    run: async () => {
      const rows = await benchApp();
      return { rows, text: formatAppRows(rows) };
    },
  },
  compare: plain("two clips compared, over ffmpeg's psnr and ssim filters", benchCompare),
  presets: {
    about: 'what a quality means with each encoder and preset',
    run: async () => {
      const options = presetsOptions();
      if (values.calibrate) {
        const rows = await calibratePresets(options);
        return { rows, text: formatCalibration(rows) };
      }
      const rows = await benchPresets(options);
      return { rows, text: formatPresetRows(rows) };
    },
  },
  'job-memory': plain('peak memory of a job', benchJobMemory),
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

function help(): string {
  const names = Object.entries(BENCHES).map(([name, { about }]) => `  ${name.padEnd(16)}${about}`);
  return [
    'Usage: tandem bench [options] [name…]     (npm run bench -- [options] [name…])',
    ...['', 'Measures ratios, each against its peer in the same run. All of:', ...names, '', 'Options:'],
    '  --json             one JSON document; `rows` are those of engine, the others stand under their names',
    '  --peers            engine: ncnn too, where python3 or TANDEM_PEERS_PYTHON has the packages ncnn and numpy',
    '  --channels 16,24   engine: widths of the networks (16,24,32)',
    '  --rounds 9         engine: how often each way is run',
    '  --encoders vp9     presets: of these alone (x264, x265, svt-av1, vp9)',
    '  --presets slow     presets: these alone, or all (ultrafast, veryfast, medium, slow)',
    '  --calibrate        presets: numbers that would make all encoders alike',
    ...['', 'Examples:', '  tandem bench engine --json', '  tandem bench engine --peers --channels 16'],
  ].join('\n');
}

/** Ends the program with one sentence and the exit code of wrong usage. */
function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function engineOptions() {
  const numbers = (name: 'channels' | 'rounds', text: string): number[] => {
    const list = text.split(',').map(Number);
    if (list.every((n) => Number.isInteger(n) && n > 0 && n <= 256)) return list;
    return refuse(`expected whole numbers of 1 to 256 for --${name} but got '${text}'`);
  };
  const { channels, rounds, peers } = values;
  return {
    peers: peers ?? false,
    ...(channels === undefined ? {} : { channels: numbers('channels', channels) }),
    ...(rounds === undefined ? {} : { rounds: numbers('rounds', rounds)[0]! }),
  };
}

function presetsOptions() {
  const list = (name: 'encoders' | 'presets', known: readonly string[]): Record<string, readonly string[]> => {
    const names = values[name]?.split(',');
    if (names === undefined) return {};
    const strange = names.find((one) => !known.includes(one));
    if (strange !== undefined) refuse(`expected some of ${known.join(', ')} for --${name} but got '${strange}'`);
    return { [name]: names };
  };
  const presets = values.presets === 'all' ? { presets: PRESETS } : list('presets', PRESETS);
  return { ...list('encoders', CODEC_CHOICES), ...presets };
}

const { values, positionals } = readArguments();
if (values.help) {
  console.log(help());
  process.exit();
}
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) refuse(`expected some of ${Object.keys(BENCHES).join(', ')} but got ${unknown.join(', ')}`);

const machine = { ...describeHardware(), peaks: whyEngineMissing() === null ? machinePeaks() : null };
if (!values.json) console.log(`${machine.cpu}, peak of one core (GFLOP/s f32, Gop/s int8):`, machine.peaks);
const results: Record<string, readonly object[]> = {};
for (const [name, { about, run }] of Object.entries(BENCHES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.error(`${name}: ${about} …`);
  const { rows, text } = await run();
  results[name === 'engine' ? 'rows' : name] = rows;
  if (!values.json) console.log(`\n${name}: ${about}\n${text ?? formatTable(rows)}\n`);
}
if (values.json) console.log(JSON.stringify({ machine, ...results }, null, 2));
process.exit();
