import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

const fixture = join(import.meta.dirname, '../../../fixtures/exit-while-running.ts');

describe('a process that exits', () => {
  it.each(['opening', 'running', 'idle'])('is not aborted by onnxruntime while a session is %s', async (when) => {
    const { exitCode, signal, stderr } = await execa(process.execPath, [fixture, when], { reject: false });
    expect({ exitCode, signal, stderr }).toEqual({ exitCode: 7, signal: undefined, stderr: '' });
  });
});
