import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { modelsCommand } from '../../../../../main/shells/cli/commands/models.ts';
import { srNetBytes } from '../../../../helpers/onnx-net.ts';

let folder = '';
let path = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-models-command-'));
  path = join(folder, 'mine.onnx');
  await writeFile(path, srNetBytes({ scale: 4, channels: 4, depth: 0 }));
});

afterAll(() => rm(folder, { recursive: true }));

async function printed(args: readonly string[]): Promise<string> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await modelsCommand().parseAsync([...args], { from: 'user' });
    return log.mock.calls.map((call) => String(call[0])).join('\n');
  } finally {
    log.mockRestore();
  }
}

describe('tandem models', () => {
  it('says what a file is', async () => {
    const weights = 4 * 9 + 4 * 9 * 16;
    const text = await printed([path]);
    expect(text).toContain('mine');
    expect(text.split('\n')[1]).toMatch(/^mine +x4 +y +\d+ +0\.04 G +5 +-$/);
    const document = JSON.parse(await printed([path, '--json'])) as { models: object[] };
    expect(document.models).toEqual([
      expect.objectContaining({
        name: 'mine',
        scale: 4,
        colour: 'y',
        macs: { dense720p: weights * 57_600, kept720p: weights * 57_600 },
      }),
    ]);
    expect(document.models[0]).not.toHaveProperty('onnx');
  });

  it('lists the zoo', async () => {
    const document = JSON.parse(await printed(['--json'])) as { models: { manifest: object | null }[] };
    expect(document.models.every((m) => m.manifest !== null)).toBe(true);
  });

  it('refuses a file that is no model', async () => {
    const text = join(folder, 'notes.txt');
    await writeFile(text, 'no model');
    await expect(printed([text])).rejects.toMatchObject({ code: 'model-invalid' });
  });
});
