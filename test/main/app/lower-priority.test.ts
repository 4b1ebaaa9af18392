import { execFileSync } from 'node:child_process';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const MODULE = resolve(import.meta.dirname, '../../../main/app/lower-priority.ts');

it('lowers every thread, those of the pool and those that are started afterwards', () => {
  const program = `
    import { readFile, readdir } from 'node:fs/promises';
    import { getPriority } from 'node:os';
    import { lowerPriority } from ${JSON.stringify(MODULE)};
    await readFile(${JSON.stringify(MODULE)});
    lowerPriority();
    const { Worker } = await import('node:worker_threads');
    const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
    await new Promise((online) => worker.once('online', online));
    const threads = process.platform === 'linux' ? (await readdir('/proc/self/task')).map(Number) : [0];
    console.log(JSON.stringify(threads.map((thread) => getPriority(thread))));
    process.exit(0);`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  const priorities = JSON.parse(printed) as number[];
  if (process.platform === 'linux') expect(priorities.length).toBeGreaterThan(5);
  expect(new Set(priorities)).toEqual(new Set([constants.priority.PRIORITY_LOW]));
});
