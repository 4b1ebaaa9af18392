import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { canListProcesses } from '../helpers/processes.ts';
import { runFuzz } from '../torture/fuzz.ts';
import { runSoak } from '../torture/soak.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-torture-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Short by default; `.ci/run` sets three minutes of fuzzing and a longer soak, `npm run torture` knows no limit. */
const FUZZ_SECONDS = Number(process.env.TANDEM_FUZZ_SECONDS ?? 20);
const SOAK_FRAMES = Number(process.env.TANDEM_SOAK_FRAMES ?? 2400);

describe('over a long time', () => {
  it.concurrent('spoilt files are taken or refused in a sentence, without crash, hang or orphan', async () => {
    const { rows } = await runFuzz({ count: 1e6, seed: 11, folder, seconds: FUZZ_SECONDS, tell: () => undefined });
    expect(rows.filter(({ outcome }) => outcome === 'problem')).toEqual([]);
    expect(rows.length).toBeGreaterThan(20);
  });

  it.skipIf(!canListProcesses).concurrent('a long job keeps every frame and its time', async () => {
    const end = await runSoak({ frames: SOAK_FRAMES, folder, tell: () => undefined });
    expect(end).toMatchObject({ isDone: true, frames: SOAK_FRAMES, driftSeconds: 0 });
  });
});
