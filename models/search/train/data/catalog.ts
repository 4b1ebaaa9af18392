import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../main/core/errors.ts';

/** One training crop. */
export interface CatalogEntry {
  /** Name of the set, the first folder of {@link file}. */
  readonly set: string;
  /** Path inside the training folder, with forward slashes. */
  readonly file: string;
  /** What it was cut from; crops of one source must stay on one side of the validation split. */
  readonly source: string;
}

/**
 * Wallpapers come in several sizes and in a light and a dark version of one drawing: those are one source.
 * @param path the source's path as the map gives it
 */
export function sourceOf(path: string): string {
  return path
    .replace(/\/contents\/images(_dark)?\/.*$/, '')
    .replace(/[-_](dark|light|blue)(?=\.[a-z]+$)/, '')
    .replace(/\.[a-zA-Z]+$/, '');
}

/**
 * Reads `train_map.json` of a training folder.
 * @param dataDir folder that holds the map and one folder per set
 */
export async function readCatalog(dataDir: string): Promise<CatalogEntry[]> {
  const path = join(dataDir, 'train_map.json');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError('data-missing', `expected the training map at ${path}, but it cannot be read`, { cause });
  });
  const rows: unknown = JSON.parse(text);
  if (!Array.isArray(rows)) throw new AppError('data-missing', `expected a list in ${path}, but got something else`);
  return rows.map((row: unknown) => {
    const [file, source] = Array.isArray(row) ? (row as unknown[]) : [];
    if (typeof file !== 'string' || typeof source !== 'string' || !file.includes('/')) {
      throw new AppError('data-missing', `expected [file, source, …] in ${path}, but got ${JSON.stringify(row)}`);
    }
    return { set: file.slice(0, file.indexOf('/')), file, source: sourceOf(source) };
  });
}

/**
 * What identifies the files' content for the cache: name, size and time of change of each.
 * @returns one line per entry, in the entries' order
 */
export async function describeFiles(dataDir: string, entries: readonly CatalogEntry[]): Promise<string[]> {
  const lines: string[] = [];
  for (const { file } of entries) {
    const found = await stat(join(dataDir, file)).catch((cause: unknown) => {
      throw new AppError('data-missing', `expected the training image ${file} in ${dataDir}, but it is missing`, {
        cause,
      });
    });
    lines.push(`${file} ${found.size} ${found.mtimeMs}`);
  }
  return lines;
}
