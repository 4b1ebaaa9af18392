import { join, resolve } from 'node:path';

const ROOT = join(import.meta.dirname, '../../../..');

/** Where trainings and their data lie. @param data what the person named */
export function trainingFolders(data: string | undefined) {
  return {
    trainFolder: join(ROOT, '.train'),
    cacheFolder: join(ROOT, '.cache'),
    dataFolder: resolve(data ?? join(process.env.TANDEM_DATA ?? join(ROOT, '../shared/data'), 'train')),
  };
}
