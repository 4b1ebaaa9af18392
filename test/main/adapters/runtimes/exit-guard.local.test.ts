import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

const fixture = join(import.meta.dirname, '../../../fixtures/exit-while-running.ts');

async function exitOf(...args: string[]): Promise<object> {
  const { exitCode, signal, stderr } = await execa(process.execPath, [fixture, ...args], { reject: false });
  return { exitCode, signal, stderr };
}

const clean = { exitCode: 7, signal: undefined, stderr: '' };

describe('a process that exits', () => {
  it.each(['30', '60', '80', '100'])(
    'is not aborted by onnxruntime, and warns of nothing, while a session is opening for %s ms',
    async (ms) => {
      expect(await exitOf('opening', ms)).toEqual(clean);
    },
  );

  it('is not aborted by onnxruntime while a session is idle', async () => {
    expect(await exitOf('idle')).toEqual(clean);
  });

  // Without the guard about one exit in four is aborted.
  it('is not aborted by onnxruntime while a model runs', { repeats: 5 }, async () => {
    expect(await exitOf('running')).toEqual(clean);
  });
});
