/**
 * `npm run torture -- <kills> [--count N] [--seed N] [--folder DIR]`: long runs of seeded cases. What is done stands in
 * the folder (`.tmp/torture` by default); a run that was stopped goes on from there. Ends with 1 where a case failed.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { KILL_TARGETS, runKills } from './kills.ts';

interface RunOptions {
  readonly count: number;
  readonly seed: number;
  readonly folder: string;
}

/** Each prints its cases as they end and returns how many failed. */
const RUNS: Readonly<Record<string, (options: RunOptions) => Promise<number>>> = { kills };

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

const { values, positionals } = parseArgs({
  options: { count: { type: 'string' }, seed: { type: 'string' }, folder: { type: 'string' } },
  allowPositionals: true,
});
const run = RUNS[positionals[0] ?? ''];
if (run === undefined) {
  console.error(`expected one of ${Object.keys(RUNS).join(', ')} but got '${positionals.join(' ')}'`);
  process.exit(2);
}
const folder = resolve(values.folder ?? join(import.meta.dirname, '..', '..', '.tmp', 'torture'));
mkdirSync(folder, { recursive: true });
const failed = await run({ count: Number(values.count ?? 20), seed: Number(values.seed ?? 1), folder });
process.exit(failed === 0 ? 0 : 1);
