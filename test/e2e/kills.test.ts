import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { canListProcesses } from '../helpers/processes.ts';
import { runKills } from '../torture/kills.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-kills-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two of each target; `npm run torture -- kills --count 100` is the whole. */
const COUNT = Number(process.env.TANDEM_KILLS ?? 8);

describe('a killed job', () => {
  it.skipIf(!canListProcesses)('goes on to the frames and stamps of one that was not', async () => {
    const rows = await runKills({ count: COUNT, seed: 7, folder, tell: () => undefined });
    expect(rows.map(({ number, target, problem }) => ({ number, target, problem }))).toEqual(
      rows.map(({ number, target }) => ({ number, target, problem: '' })),
    );
    expect(rows).toHaveLength(COUNT);
  });
});
