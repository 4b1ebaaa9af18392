import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** Folder of the training images where a person names none: `$TANDEM_DATA/train`. It need not be there. */
export function trainingImagesFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return resolve(env.TANDEM_DATA ?? join(ROOT, '../shared/data'), 'train');
}
