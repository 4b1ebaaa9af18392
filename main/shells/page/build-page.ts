import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { runProgram } from '../../app/run-program.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
export const PAGE_FOLDER = join(ROOT, 'renderer', 'dist');
const STAMP = join(PAGE_FOLDER, '.sources-sha256');

/** What the page is made of. */
const SOURCES = [
  'renderer/src',
  'renderer/index.html',
  'renderer/vite.config.ts',
  'main/contract',
  'main/core',
  'package-lock.json',
];

/**
 * Builds the page where it was not built from these very sources; a packaged app has it built and no sources.
 * @returns the folder of the page
 */
export async function ensurePage(onBuild: () => void = () => undefined): Promise<string> {
  if (!existsSync(join(ROOT, 'renderer', 'src'))) return PAGE_FOLDER;
  const hash = await hashSources();
  if ((await readFile(STAMP, 'utf8').catch(() => null)) === hash) return PAGE_FOLDER;
  onBuild();
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');
  const args = [vite, 'build', join(ROOT, 'renderer'), '--logLevel', 'error'];
  const { isSuccess, lastLines } = await runProgram(process.execPath, args);
  if (!isSuccess) {
    const message = `expected vite to build the page but it failed: ${lastLines.at(-1) ?? ''}`;
    throw new AppError('internal', message, { details: { lastLines } });
  }
  await writeFile(STAMP, hash);
  return PAGE_FOLDER;
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of await filesOf(join(ROOT, source))) hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => null);
  if (entries === null) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
