import { join, resolve } from 'node:path';
import { trainingImagesFolder } from '../../../app/training-images.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** Where trainings and their data lie. @param named what the person named */
export function trainingFolders({ data, folder }: { readonly data?: string; readonly folder?: string }) {
  return {
    trainFolder: folder === undefined ? join(ROOT, '.train') : resolve(folder),
    cacheFolder: join(ROOT, '.cache'),
    dataFolder: data === undefined ? trainingImagesFolder() : resolve(data),
  };
}
