/** `npm run check`: format, types, lint with the layer rule, dead code, fast tests; stops at nothing, fails if any failed. */
import { join } from 'node:path';
import { execa } from 'execa';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', name);

type Step = readonly [name: string, script: string, args: string[]];

/** Two rows at a time: the linter takes as long as all the others together. */
const lanes: readonly (readonly Step[])[] = [
  [['lint and layers', bin('eslint/bin/eslint.js'), ['.', '--cache', '--cache-location', '.cache/eslint/']]],
  [
    ['format', bin('prettier/bin/prettier.cjs'), ['--check', '--log-level=warn', '.']],
    ['types (pure)', bin('typescript/bin/tsc'), ['-p', 'tsconfig.pure.json', ...incremental('pure')]],
    ['types (node)', bin('typescript/bin/tsc'), ['-p', 'tsconfig.json', ...incremental('node')]],
    [
      'types (page)',
      bin('svelte-check/bin/svelte-check'),
      ['--workspace', 'renderer', '--tsconfig', './tsconfig.json'],
    ],
    ['dead code', bin('knip/bin/knip.js'), []],
    ['fast tests', bin('vitest/vitest.mjs'), ['run', '--project', 'unit']],
  ],
];

function incremental(name: string): string[] {
  return ['--incremental', '--tsBuildInfoFile', join(root, '.cache', `types-${name}.tsbuildinfo`)];
}

async function runStep([name, script, args]: Step): Promise<boolean> {
  const started = performance.now();
  const { exitCode, all } = await execa(process.execPath, [script, ...args], { cwd: root, reject: false, all: true });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${exitCode === 0 ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`);
  if (exitCode !== 0) console.log(all);
  return exitCode === 0;
}

async function runLane(steps: readonly Step[]): Promise<boolean> {
  let good = true;
  for (const step of steps) good = (await runStep(step)) && good;
  return good;
}

const results = await Promise.all(lanes.map(runLane));
process.exit(results.every(Boolean) ? 0 : 1);
