import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

let told = false;

/**
 * The folder with the benchmark, training and clip data, which is no part of the repository: `TANDEM_DATA`, or
 * `../shared/data` beside the repository. Null, with the reason printed once, where it is absent.
 */
export function sharedData(): string | null {
  const folder = resolve(process.env.TANDEM_DATA ?? resolve(import.meta.dirname, '../../../shared/data'));
  if (existsSync(folder)) return folder;
  if (!told) console.warn(`skipped: no shared data at ${folder} (set TANDEM_DATA to its folder)`);
  told = true;
  return null;
}
