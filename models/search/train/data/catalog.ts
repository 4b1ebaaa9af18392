import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { AppError } from '../../../../main/core/errors.ts';

/** One training crop. */
export interface CatalogEntry {
  /** Name of the set, the first folder of {@link file}. */
  readonly set: string;
  /** Path inside the training folder, with forward slashes. */
  readonly file: string;
  /** What it was cut from; crops of one source must stay on one side of the validation split. */
  readonly source: string;
  /** Of a larger image the middle alone is taken, so many pixels wide and high; absent takes all of it. */
  readonly largestSide?: number;
}

/** Of a folder of somebody's own, so that photos as a camera makes them fit in memory. */
const OWN_IMAGES = { most: 1000, largestSide: 512, endings: /\.(png|jpe?g|webp|tiff?)$/i } as const;
const FEWEST_OWN_IMAGES = 2;

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
 * Reads `train_map.json` of a training folder; without one, all images of the folder and of those in it are one set.
 * @param dataDir folder that holds the map and one folder per set, or images
 * @throws AppError `data-missing`
 */
export async function readCatalog(dataDir: string): Promise<CatalogEntry[]> {
  const path = join(dataDir, 'train_map.json');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AppError('data-missing', `expected the training map at ${path}, but it cannot be read`, { cause });
  });
  if (text === null) return listOwnImages(dataDir);
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

async function listOwnImages(folder: string): Promise<CatalogEntry[]> {
  const found = await readdir(folder, { withFileTypes: true, recursive: true }).catch((cause: unknown) => {
    throw new AppError('data-missing', `expected a folder of training images at ${folder}, but it cannot be read`, {
      cause,
    });
  });
  const { most, largestSide, endings } = OWN_IMAGES;
  const files = found
    .filter((entry) => entry.isFile() && endings.test(entry.name) && !entry.name.startsWith('.'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .sort();
  if (files.length < FEWEST_OWN_IMAGES) {
    const got = files.length === 0 ? 'none' : 'only one';
    const message = `expected at least ${FEWEST_OWN_IMAGES} training images (PNG, JPEG, WebP or TIFF) in ${basename(folder)}, but there is ${got}`;
    throw new AppError('data-missing', message);
  }
  // Spread over the folder where there are too many.
  const step = Math.max(1, files.length / most);
  return Array.from({ length: Math.min(most, files.length) }, (_, i) => {
    const file = files[Math.floor(i * step)]!;
    return { set: 'own', file, source: file, largestSide };
  });
}

/**
 * What identifies the files' content for the cache: name, size and time of change of each, and what is taken of it.
 * @returns one line per entry, in the entries' order
 */
export async function describeFiles(dataDir: string, entries: readonly CatalogEntry[]): Promise<string[]> {
  const lines: string[] = [];
  for (const { file, largestSide } of entries) {
    const found = await stat(join(dataDir, file)).catch((cause: unknown) => {
      throw new AppError('data-missing', `expected the training image ${file} in ${dataDir}, but it is missing`, {
        cause,
      });
    });
    const cut = largestSide === undefined ? '' : ` ${largestSide}`;
    lines.push(`${file} ${found.size} ${found.mtimeMs}${cut}`);
  }
  return lines;
}
