import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

const fixture = join(import.meta.dirname, '../../../fixtures/exit-while-running.ts');

async function exitOf(when: string): Promise<object> {
  const { exitCode, signal, stderr } = await execa(process.execPath, [fixture, when], { reject: false });
  return { exitCode, signal, stderr };
}

const clean = { exitCode: 7, signal: undefined, stderr: '' };

describe('a process that exits', () => {
  it.each(['opening', 'idle'])('is not aborted by onnxruntime while a session is %s', async (when) => {
    expect(await exitOf(when)).toEqual(clean);
  });

  // Without the guard about one exit in four is aborted.
  it('is not aborted by onnxruntime while a model runs', { repeats: 5 }, async () => {
    expect(await exitOf('running')).toEqual(clean);
  });
});
