import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';

const SOURCE = join(import.meta.dirname, 'preload.ts');
const TARGET = join(import.meta.dirname, 'dist', 'preload.cjs');

/** A sandboxed preload is one CommonJS file: Electron loads it itself and strips no types. */
export async function buildPreload(): Promise<string> {
  const { outputText } = ts.transpileModule(await readFile(SOURCE, 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: false },
  });
  await mkdir(join(TARGET, '..'), { recursive: true });
  await writeFile(TARGET, outputText);
  return TARGET;
}
