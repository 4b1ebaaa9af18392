import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SettingsFile } from '../../../../main/app/desktop/settings-file.ts';

it('keeps the last of many changes, and is done with each in the order they came', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-settings-'));
  const path = join(folder, 'settings.json');
  const file = await SettingsFile.open(path);
  const languages = Array.from({ length: 41 }, (_, i) => (i % 2 === 0 ? 'de' : 'en'));
  const done: number[] = [];
  await Promise.all(
    languages.map(async (language, i) => {
      await file.save({ ...file.settings, language });
      done.push(i);
    }),
  );
  expect(done).toEqual(languages.map((_, i) => i));
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ language: 'de' });
  await rm(folder, { recursive: true });
});
