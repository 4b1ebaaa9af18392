/**
 * `npm test`: every vitest project, then one closing line `N passed, N failed`. What was skipped is listed by name, and
 * with TANDEM_REQUIRE=all (CI) a skipped test is a failure, so that a missing tool cannot hide a broken group.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
  testResults: { name: string; assertionResults: { status: string; fullName: string }[] }[];
}

const root = join(import.meta.dirname, '..');
const reportFile = join(root, '.tmp', 'test-report.json');

const SKIPPED = new Set(['skipped', 'pending', 'todo']);

function listSkipped(report: VitestReport): string[] {
  return report.testResults.flatMap((file) =>
    file.assertionResults
      .filter((test) => SKIPPED.has(test.status))
      .map((test) => `${file.name.slice(root.length + 1)}: ${test.fullName}`),
  );
}

mkdirSync(join(root, '.tmp'), { recursive: true });
rmSync(reportFile, { force: true });
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
const done = await execa(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  reject: false,
});

let report: VitestReport;
try {
  report = JSON.parse(readFileSync(reportFile, 'utf8')) as VitestReport;
} catch {
  console.log(`The tests ended with code ${String(done.exitCode)} and left no report.\n0 passed, 1 failed`);
  process.exit(1);
}
const skipped = listSkipped(report);
if (skipped.length > 0)
  console.log(`\nSkipped here (reasons above; \`npm run tandem -- doctor\` tells what is missing):`);
for (const line of skipped) console.log(`  ${line}`);
const mustRun = process.env.TANDEM_REQUIRE === 'all';
const failed = Math.max(report.numFailedTests, done.exitCode === 0 ? 0 : 1) + (mustRun ? skipped.length : 0);
if (mustRun && skipped.length > 0) console.log('Every group must run here: each skipped test counts as failed.');
console.log(`\n${report.numPassedTests} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
