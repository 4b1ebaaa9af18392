import { existsSync } from 'node:fs';
import type { CallInput } from '../../contract/api.ts';
import type { AppApi } from '../../contract/app-api.ts';
import { toPlainError } from '../../contract/rpc.ts';
import { AppError } from '../../core/errors.ts';
import { readCatalog } from '../../../models/search/train/data/catalog.ts';
import { checkMeasurable, checkSearchName } from '../check-search.ts';
import { trainingImagesFolder } from '../training-images.ts';
import { pathWithin } from './browse.ts';
import type { HandlerParts, Some } from './handlers.ts';
import type { KeptSearch } from './search-book.ts';
import { withoutPlaces } from './search-desk.ts';

type SearchCalls = 'listSearches' | 'startSearch' | 'continueSearch' | 'stopSearch' | 'searchResults';

/** Searching for a model of this computer's own. */
export function searchHandlers(parts: HandlerParts): Some<SearchCalls> {
  const { searches, searchBook, media } = parts;
  return {
    listSearches: () => Promise.resolve({ searches: searches.list(), hasImages: existsSync(trainingImagesFolder()) }),
    startSearch: async (input) => {
      searches.checkFree();
      return searches.start(await openSearch(input, parts));
    },
    continueSearch: async ({ name }) => {
      const search = searchBook.find(name);
      if (search.state === 'finished')
        throw new AppError('wrong-usage', `expected a search that is not finished but '${name}' is`);
      return searches.start(search);
    },
    stopSearch: async () => {
      await searches.stop();
      return null;
    },
    searchResults: ({ name }) => {
      const path = searchBook.resultsOf(searchBook.find(name));
      if (!existsSync(path))
        return Promise.reject(new AppError('wrong-usage', `expected results of '${name}' but no stage is done yet`));
      return Promise.resolve({ mediaId: media.add(path).mediaId, fileName: `${name}-results.html` });
    },
  };
}

/** @throws AppError for a name that is taken, a device that cannot be measured, or images that are not there */
async function openSearch(
  { folderId, ...asked }: CallInput<AppApi, 'startSearch'>,
  { options, grants, models, searchBook }: HandlerParts,
): Promise<KeptSearch> {
  checkSearchName(asked.name);
  checkMeasurable(asked.device);
  const isTaken =
    existsSync(searchBook.folderOf(asked)) || (await models.list()).some(({ name }) => name === asked.name);
  if (isTaken) throw new AppError('wrong-usage', `expected a name that no model has yet but got '${asked.name}'`);
  if (folderId === null && !existsSync(trainingImagesFolder())) {
    throw new AppError('data-missing', 'expected a folder of training images but none was chosen');
  }
  const dataFolder =
    folderId === null ? trainingImagesFolder() : await pathWithin(options.shell.root, grants.pathOf(folderId));
  try {
    await readCatalog(dataFolder);
  } catch (error) {
    const { code, message } = toPlainError(error);
    throw new AppError(code, withoutPlaces(message, [dataFolder]), { cause: error });
  }
  return { ...asked, dataFolder, state: 'running', error: null };
}
