/** `npm run check`: format, types, lint with the layer rule, dead code, fast tests; stops at nothing, fails if any failed. */
import { join } from 'node:path';
import { execa } from 'execa';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', name);

const steps: readonly [name: string, script: string, args: string[]][] = [
  ['format', bin('prettier/bin/prettier.cjs'), ['--check', '--log-level=warn', '.']],
  ['types (pure)', bin('typescript/bin/tsc'), ['-p', 'tsconfig.pure.json']],
  ['types (node)', bin('typescript/bin/tsc'), ['-p', 'tsconfig.json']],
  ['lint and layers', bin('eslint/bin/eslint.js'), ['.', '--cache', '--cache-location', '.cache/eslint/']],
  ['dead code', bin('knip/bin/knip.js'), []],
  ['fast tests', bin('vitest/vitest.mjs'), ['run', '--project', 'unit']],
];

async function runStep([name, script, args]: (typeof steps)[number]): Promise<boolean> {
  const started = performance.now();
  const { exitCode, all } = await execa(process.execPath, [script, ...args], { cwd: root, reject: false, all: true });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${exitCode === 0 ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`);
  if (exitCode !== 0) console.log(all);
  return exitCode === 0;
}

let good = true;
for (const step of steps) good = (await runStep(step)) && good;
process.exit(good ? 0 : 1);
