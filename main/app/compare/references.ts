import { readdir } from 'node:fs/promises';
import { basename, extname, join, parse, resolve } from 'node:path';
import { AppError } from '../../core/errors.ts';

const IMAGE_ENDINGS = new Set(['.png', '.jpg', '.jpeg', '.webp', '.bmp', '.tif', '.tiff']);
const SHIPPED_FOLDER = 'LR_bicubic';

/** One reference image and, where its set ships one, its LR image. */
interface ReferenceImage {
  readonly name: string;
  readonly path: string;
  /** Null: the LR image is made by our bit-exact resize. */
  readonly shippedLr: string | null;
}

/** A folder of reference images that is reported as one row. */
export interface ReferenceSet {
  readonly set: string;
  readonly images: readonly ReferenceImage[];
}

/** Set5 before Set14. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

async function listFolder(path: string): Promise<{ files: string[]; folders: string[] }> {
  const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
    throw new AppError('input-missing', `expected a folder of reference images at ${path}, but it cannot be read`, {
      cause,
    });
  });
  const names = (wanted: (entry: (typeof entries)[number]) => boolean): string[] =>
    entries
      .filter(wanted)
      .map((entry) => entry.name)
      .sort(byNumber);
  return { files: names((entry) => !entry.isDirectory()), folders: names((entry) => entry.isDirectory()) };
}

async function readSet(path: string, scale: number): Promise<ReferenceSet | null> {
  const { files, folders } = await listFolder(path);
  const images = files.filter((file) => IMAGE_ENDINGS.has(extname(file).toLowerCase()));
  if (images.length === 0) return null;
  const shippedFolder = join(path, SHIPPED_FOLDER, `x${scale}`);
  const shipped = folders.includes(SHIPPED_FOLDER) ? await readdir(shippedFolder).catch(() => []) : [];
  return {
    set: basename(resolve(path)),
    images: images.map((file) => {
      const name = parse(file).name;
      const lr = shipped.find((candidate) => parse(candidate).name === `${name}x${scale}`);
      return { name, path: join(path, file), shippedLr: lr === undefined ? null : join(shippedFolder, lr) };
    }),
  };
}

/**
 * Finds the sets of a folder: the folder itself when it holds images, otherwise its subfolders that do. LR images are
 * taken from `LR_bicubic/x<scale>/<name>x<scale>.*` where they exist.
 * @throws AppError `input-missing` when there is no image
 */
export async function findReferenceSets(folder: string, scale: number): Promise<ReferenceSet[]> {
  const own = await readSet(folder, scale);
  if (own !== null) return [own];
  const { folders } = await listFolder(folder);
  const sets: ReferenceSet[] = [];
  for (const name of folders) {
    const set = await readSet(join(folder, name), scale);
    if (set !== null) sets.push(set);
  }
  if (sets.length > 0) return sets;
  throw new AppError('input-missing', `expected reference images or folders of them in ${folder}, but found none`);
}
