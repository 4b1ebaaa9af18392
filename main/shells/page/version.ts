import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Tandem's version, from its package. */
export async function readVersion(): Promise<string> {
  const text = await readFile(resolve(import.meta.dirname, '../../../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
