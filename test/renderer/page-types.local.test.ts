import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const CHECKER = join(dirname(createRequire(import.meta.url).resolve('svelte-check/package.json')), 'bin/svelte-check');

/** A page of one component, checked as ours is. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(ROOT, '.cache', 'planted-'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const base = join(ROOT, 'renderer', 'tsconfig.json');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ extends: base, include: ['*.svelte'] }));
});
afterAll(() => rm(folder, { recursive: true }));

async function check(component: string): Promise<{ exitCode: number | undefined; stdout: string }> {
  await writeFile(join(folder, 'Planted.svelte'), component);
  const args = [CHECKER, '--workspace', folder, '--tsconfig', './tsconfig.json', '--output', 'human'];
  const { exitCode, stdout } = await execa(process.execPath, args, { reject: false });
  return { exitCode, stdout };
}

it('svelte-check sees a planted type error, so that its silence means something', async () => {
  const sound = await check('<script lang="ts">const count: number = 1;</script>{count}');
  expect(sound).toMatchObject({ exitCode: 0 });
  const planted = await check('<script lang="ts">const count: number = "one";</script>{count}');
  expect(planted.exitCode).toBe(1);
  expect(planted.stdout).toContain("Type 'string' is not assignable to type 'number'");
});
