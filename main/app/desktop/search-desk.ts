import { basename, sep } from 'node:path';
import type { Search, SearchProgress } from '../../contract/search-messages.ts';
import { toPlainError } from '../../contract/rpc.ts';
import { AppError } from '../../core/errors.ts';
import { EngineClient } from '../engine-client.ts';
import type { Emit } from './desktop-app.ts';
import { isUnderWay } from './search-book.ts';
import type { KeptSearch, SearchBook } from './search-book.ts';
import { SearchRun } from './search-run.ts';
import type { SearchEngine } from './search-run.ts';

/** Between two clips of the queue it is not worth to begin. */
const QUIET_MS = 5000;
/** A person who closes the app does not wait long. */
const CLOSE_WITHIN_MS = 3000;

export interface SearchDeskOptions {
  readonly book: SearchBook;
  /** Of prepared training samples. */
  readonly cacheFolder: string;
  readonly emit: Emit;
  /** Others in tests. */
  readonly openEngine?: () => SearchEngine;
  readonly quietMs?: number;
}

/** Runs one search at a time beside the queue, which goes first: while a clip is upscaled the search is held. */
export class SearchDesk {
  readonly #options: SearchDeskOptions;
  #current: { readonly name: string; readonly run: SearchRun; readonly ended: Promise<void> } | null = null;
  #progress: SearchProgress | null = null;
  #note: string | null = null;
  #clips = 0;
  #quiet: NodeJS.Timeout | undefined;
  #isClosing = false;

  constructor(options: SearchDeskOptions) {
    this.#options = options;
  }

  list(): Search[] {
    return this.#options.book.kept.map((search) => this.#view(search));
  }

  /** @throws AppError `wrong-usage` while one is under way */
  checkFree(): void {
    if (this.#current === null) return;
    throw new AppError('wrong-usage', `expected no search to run but '${this.#current.name}' does; stop it first`);
  }

  /** Begins a new one, or goes on with what is kept of it. */
  async start(search: KeptSearch): Promise<Search> {
    this.checkFree();
    const { book, cacheFolder, openEngine = () => new EngineClient() } = this.#options;
    const { name, device, scale, target, isQuick, dataFolder } = search;
    [this.#progress, this.#note] = [null, null];
    const run = new SearchRun({
      request: { name, device, scale, target, isQuick, dataFolder, searchFolder: book.folder, cacheFolder },
      isHeld: this.#clips > 0,
      openEngine,
      listeners: {
        onProgress: (progress) => this.#takeProgress(name, progress),
        onNote: (note) => {
          this.#note = note;
          this.#tell(name);
        },
      },
    });
    const ended = this.#end(name, run);
    this.#current = { name, run, ended };
    try {
      await this.#enter({ ...search, state: run.isHeld ? 'held' : 'running', error: null });
    } catch (error) {
      await this.stop();
      throw error;
    }
    return this.#view(book.find(name));
  }

  /** Done when nothing of it runs. */
  async stop(withinMs?: number): Promise<void> {
    const current = this.#current;
    await current?.run.stop(withinMs);
    await current?.ended;
  }

  /** A clip's job goes first, until it has ended. */
  holdWhile(job: Promise<unknown>): void {
    this.#clips += 1;
    clearTimeout(this.#quiet);
    this.#setHeld(true);
    const done = (): void => {
      this.#clips -= 1;
      if (this.#clips > 0 || this.#isClosing) return;
      this.#quiet = setTimeout(() => this.#setHeld(false), this.#options.quietMs ?? QUIET_MS);
    };
    job.then(done, done);
  }

  /** Stops what runs; when the app is opened again it can go on. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#quiet);
    await this.stop(CLOSE_WITHIN_MS);
  }

  #setHeld(isHeld: boolean): void {
    if (this.#current === null || this.#current.run.isHeld === isHeld) return;
    const { name, run } = this.#current;
    if (isHeld) run.hold();
    else run.release();
    void this.#enterIfPossible({ ...this.#options.book.find(name), state: isHeld ? 'held' : 'running' });
  }

  async #end(name: string, run: SearchRun): Promise<void> {
    const outcome = await run.outcome.then(
      (state) => ({ state, error: null }),
      (error: unknown) => ({ state: 'failed' as const, error: toPlainError(error) }),
    );
    this.#current = null;
    [this.#progress, this.#note] = [null, null];
    const search = this.#options.book.find(name);
    const { state } = outcome;
    const error = outcome.error && {
      code: outcome.error.code,
      message: withoutPlaces(outcome.error.message, [search.dataFolder, this.#options.book.folderOf(search)]),
    };
    await this.#enterIfPossible({
      ...search,
      state: state === 'stopped' && this.#isClosing ? 'interrupted' : state,
      error,
    });
  }

  #takeProgress(name: string, progress: SearchProgress): void {
    const isNewStage = this.#progress?.stage !== progress.stage;
    this.#progress = progress;
    this.#note = null;
    this.#options.emit('searchProgress', { name, progress });
    // A stage before it is done, and the page of results has grown.
    if (isNewStage) this.#tell(name);
  }

  async #enter(search: KeptSearch): Promise<void> {
    const entered = this.#options.book.enter(search);
    this.#tell(search.name);
    await entered;
  }

  /** Where the disk takes no more, the app goes on: after its next start the search counts as interrupted. */
  #enterIfPossible(search: KeptSearch): Promise<void> {
    return this.#enter(search).catch(() => undefined);
  }

  #tell(name: string): void {
    this.#options.emit('search', this.#view(this.#options.book.find(name)));
  }

  #view(search: KeptSearch): Search {
    const isMine = isUnderWay(search);
    const [progress, note] = isMine ? [this.#progress, this.#note] : [null, null];
    return { ...this.#options.book.view(search), progress, note };
  }
}

/** Sentences name folders by their paths; a page knows them by their names. */
export function withoutPlaces(message: string, folders: readonly string[]): string {
  return folders
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, folder) => text.replaceAll(folder + sep, '').replaceAll(folder, basename(folder)), message);
}
