import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isStageDone, modelFolder } from '../../../models/search/stages/stage.ts';
import { SEARCH_STAGES, searchSchema } from '../../contract/search-messages.ts';
import type { Search } from '../../contract/search-messages.ts';
import { AppError } from '../../core/errors.ts';
import { writeDurably } from '../durable-file.ts';
import type { SearchedModel } from './models-book.ts';

const keptSchema = searchSchema
  .pick({ name: true, device: true, scale: true, target: true, isQuick: true, state: true, error: true })
  .extend({ dataFolder: z.string() });
/** A search as it is kept: its own folder holds the rest. */
export type KeptSearch = z.infer<typeof keptSchema>;

/** Begins what a page calls a searched model. */
const SEARCHED = 'searched-';

/** Searches that were begun here, newest first, on disk at every change. */
export class SearchBook {
  readonly folder: string;
  readonly #file: string;
  #kept: readonly KeptSearch[];
  #saved: Promise<void> = Promise.resolve();

  private constructor(folder: string, kept: readonly KeptSearch[]) {
    this.folder = folder;
    this.#file = join(folder, 'searches.json');
    // Whoever ran it is gone.
    this.#kept = kept.map((search) => (isUnderWay(search) ? { ...search, state: 'interrupted' } : search));
  }

  /** @param folder that is there and holds one folder for each search */
  static async open(folder: string): Promise<SearchBook> {
    const text = await readFile(join(folder, 'searches.json'), 'utf8').catch(() => '[]');
    try {
      return new SearchBook(folder, z.array(keptSchema).parse(JSON.parse(text)));
    } catch {
      return new SearchBook(folder, []);
    }
  }

  get kept(): readonly KeptSearch[] {
    return this.#kept;
  }

  /** @throws AppError `wrong-usage` */
  find(name: string): KeptSearch {
    const found = this.#kept.find((search) => search.name === name);
    if (found) return found;
    throw new AppError('wrong-usage', `expected a search that is kept here but got '${name}'`);
  }

  folderOf({ name }: Pick<KeptSearch, 'name'>): string {
    return join(this.folder, name);
  }

  resultsOf(search: Pick<KeptSearch, 'name'>): string {
    return join(this.folderOf(search), 'results.html');
  }

  /** Enters a new one, or what has changed of a known one. */
  async enter(search: KeptSearch): Promise<void> {
    const isKnown = this.#kept.some(({ name }) => name === search.name);
    this.#kept = isKnown
      ? this.#kept.map((other) => (other.name === search.name ? search : other))
      : [search, ...this.#kept];
    const save = (): Promise<void> => writeDurably(this.#file, `${JSON.stringify(this.#kept, null, 2)}\n`);
    this.#saved = this.#saved.then(save, save);
    await this.#saved;
  }

  models(): SearchedModel[] {
    return this.#kept.flatMap((search) => {
      const model = this.#modelOf(search);
      return model === null ? [] : [model];
    });
  }

  view(search: KeptSearch): Omit<Search, 'progress' | 'note'> {
    const { name, device, scale, target, isQuick, state, error } = search;
    const folder = this.folderOf(search);
    return {
      ...{ name, device, scale, target, isQuick, state, error },
      done: SEARCH_STAGES.filter((stage) => isStageDone(folder, stage)),
      modelId: this.#modelOf(search)?.id ?? null,
      hasResults: existsSync(this.resultsOf(search)),
    };
  }

  /** It is there once the last stage is done: before, files of it may be missing. */
  #modelOf(search: Pick<KeptSearch, 'name'>): SearchedModel | null {
    const folder = this.folderOf(search);
    if (!isStageDone(folder, 'export')) return null;
    return { id: SEARCHED + search.name, folder: modelFolder(folder, search.name) };
  }
}

export function isUnderWay({ state }: Pick<KeptSearch, 'state'>): boolean {
  return state === 'running' || state === 'held';
}
