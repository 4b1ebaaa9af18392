import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { canListProcesses, makeMark } from '../../helpers/processes.ts';
import { waitFor } from '../../helpers/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-parent-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WATCH = pathToFileURL(resolve(import.meta.dirname, '../../../main/app/parent-watch/end-with-parent.ts')).href;

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe.skipIf(!canListProcesses)('a process whose parent is killed', () => {
  it('ends with all it started, although it never looks up from its work', async () => {
    const idle = write('idle.mjs', 'setInterval(() => undefined, 1000);');
    const busy = write(
      'busy.mjs',
      `import { spawn } from 'node:child_process';
       import { endWithParent } from '${WATCH}';
       endWithParent({ patienceMs: 100 });
       spawn(process.execPath, ['${idle}'], { stdio: 'ignore' });
       // Long enough for the thread to start; then nothing is heard any more.
       setTimeout(() => { for (;;); }, 1000);`,
    );
    const parent = write(
      'parent.mjs',
      `import { spawn } from 'node:child_process';
       spawn(process.execPath, ['${busy}'], { stdio: 'ignore', detached: true });
       setInterval(() => undefined, 1000);`,
    );
    const { env, list } = makeMark();
    const child = spawn(process.execPath, [parent], { env: { ...process.env, ...env }, stdio: 'ignore' });
    await waitFor('three processes', () => list().length === 3);
    await new Promise((done) => setTimeout(done, 2500));
    expect(list()).toHaveLength(3);
    child.kill('SIGKILL');
    await waitFor('all to end', () => list().length === 0, 20);
  });
});
