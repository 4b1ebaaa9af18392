/**
 * `npm run torture -- <kills|fuzz|soak> [--count N] [--seed N] [--seconds N] [--folder DIR]`: long runs of seeded cases. What is done stands in
 * the folder (`.tmp/torture` by default); a run that was stopped goes on from there. Ends with 1 where a case failed.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FUZZ_KINDS, runFuzz } from './fuzz.ts';
import { KILL_TARGETS, runKills } from './kills.ts';
import { runSoak } from './soak.ts';

interface RunOptions {
  readonly count: number;
  readonly seed: number;
  readonly folder: string;
  readonly seconds?: number | undefined;
}

/** Each prints its cases as they end and returns how many failed. */
const RUNS: Readonly<Record<string, (options: RunOptions) => Promise<number>>> = { kills, fuzz, soak };

async function kills(options: RunOptions): Promise<number> {
  const rows = await runKills({
    ...options,
    tell: ({ number, target, clip, killedAtMs, framesKept, endedBy, problem }) => {
      const how = `${target} of ${clip} killed after ${killedAtMs} ms, ${framesKept} frames kept, ended by ${endedBy}`;
      console.log(`${number}: ${how}: ${problem === '' ? 'equal' : problem}`);
    },
  });
  for (const target of KILL_TARGETS) {
    const those = rows.filter((row) => row.target === target);
    const equal = those.filter(({ problem }) => problem === '').length;
    const resumed = those.filter(({ framesKept }) => framesKept > 0).length;
    console.log(`${target}: ${equal} of ${those.length} equal, ${resumed} of them with finished frames kept`);
  }
  return rows.filter(({ problem }) => problem !== '').length;
}

async function fuzz(options: RunOptions): Promise<number> {
  const { rows, peakMemoryBytes } = await runFuzz({
    ...options,
    tell: ({ number, kind, outcome, message }) => {
      if (outcome === 'problem') console.log(`${number}: ${kind}: ${message}`);
    },
  });
  for (const kind of FUZZ_KINDS) {
    const count = (wanted: string): number => rows.filter((row) => row.kind === kind && row.outcome === wanted).length;
    console.log(`${kind}: ${count('refused')} refused, ${count('taken')} taken, ${count('problem')} problems`);
  }
  console.log(
    `${rows.length} cases; the process that took them held ${Math.round(peakMemoryBytes / 2 ** 20)} MiB at most`,
  );
  return rows.filter(({ outcome }) => outcome === 'problem').length;
}

const LARGEST_SLOPE_BYTES = 1e6;

/** `count` is the number of frames. */
async function soak({ count, ...options }: RunOptions): Promise<number> {
  let told = 0;
  const end = await runSoak({
    ...options,
    frames: count,
    tell: ({ frames, residentBytes }) => {
      if (frames - told < count / 20) return;
      told = frames;
      console.log(`${frames} of ${count} frames: ${(residentBytes / 1e6).toFixed(1)} MB`);
    },
  });
  const {
    isDone,
    frames,
    driftSeconds,
    slopeBytesPer10000: slope,
    shellSlopeBytesPer10000: shellSlope,
    peakBytes,
    runs,
  } = end;
  const perFrames = (bytes: number | null): string =>
    bytes === null ? 'unknown' : `${(bytes / 1e6).toFixed(3)} MB per 10,000 frames`;
  console.log(`${frames} of ${count} frames in ${runs} runs`);
  console.log(`engine: ${(peakBytes / 1e6).toFixed(1)} MB at most, growing by ${perFrames(slope)}`);
  console.log(`shell: growing by ${perFrames(shellSlope)}`);
  if (isDone) console.log(`every frame's time is within ${String(driftSeconds)} s of the source's`);
  const isGood = !isDone || (frames === count && driftSeconds === 0);
  return isGood && Math.max(slope ?? 0, shellSlope ?? 0) < LARGEST_SLOPE_BYTES ? 0 : 1;
}

const { values, positionals } = parseArgs({
  options: {
    count: { type: 'string' },
    seed: { type: 'string' },
    folder: { type: 'string' },
    seconds: { type: 'string' },
  },
  allowPositionals: true,
});
const run = RUNS[positionals[0] ?? ''];
if (run === undefined) {
  console.error(`expected one of ${Object.keys(RUNS).join(', ')} but got '${positionals.join(' ')}'`);
  process.exit(2);
}
const folder = resolve(values.folder ?? join(import.meta.dirname, '..', '..', '.tmp', 'torture'));
mkdirSync(folder, { recursive: true });
const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
const failed = await run({ count: Number(values.count ?? 20), seed: Number(values.seed ?? 1), folder, seconds });
process.exit(failed === 0 ? 0 : 1);
