import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileGrants } from '../../../../main/app/desktop/file-grants.ts';
import type { HandlerParts } from '../../../../main/app/desktop/handlers.ts';
import { MediaStore } from '../../../../main/app/desktop/media-store.ts';
import { ModelsBook } from '../../../../main/app/desktop/models-book.ts';
import { SearchBook } from '../../../../main/app/desktop/search-book.ts';
import { SearchDesk } from '../../../../main/app/desktop/search-desk.ts';
import { searchHandlers } from '../../../../main/app/desktop/search-handlers.ts';
import type { SearchEngine } from '../../../../main/app/desktop/search-run.ts';
import type { SearchListeners } from '../../../../main/app/engine-client.ts';
import { loadModel } from '../../../../main/app/models.ts';
import { AppError } from '../../../../main/core/errors.ts';
import type { SearchRequest } from '../../../../main/contract/search-messages.ts';
import { finishStage, modelFolder } from '../../../../models/search/stages/stage.ts';
import { writeModelFolder } from '../../../helpers/model-folder.ts';

/** An engine that searches until it is told how that ends. */
class FakeEngine implements SearchEngine {
  request: SearchRequest | null = null;
  listeners: SearchListeners | null = null;
  isClosed = false;
  end: (outcome: boolean | Error) => void = () => undefined;

  search(request: SearchRequest, listeners: SearchListeners): Promise<boolean> {
    [this.request, this.listeners] = [request, listeners];
    return new Promise((resolve, reject) => {
      this.end = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
    });
  }
  cancel(): Promise<void> {
    this.end(false);
    return Promise.resolve();
  }
  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

let root: string;
let images: string;
let engines: FakeEngine[];
let told: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tandem-searches-'));
  images = join(root, 'images');
  for (const folder of [images, join(root, 'state'), join(root, 'empty')]) await mkdir(folder);
  for (const name of ['a.png', 'b.png']) await writeFile(join(images, name), 'not looked into');
  vi.stubEnv('TANDEM_DATA', join(root, 'no-data'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

async function open(quietMs = 0) {
  [engines, told] = [[], []];
  const searchBook = await SearchBook.open(join(root, 'state'));
  const searches = new SearchDesk({
    book: searchBook,
    cacheFolder: join(root, 'cache'),
    emit: (name, value) => told.push(name === 'search' ? (value as { state: string }).state : name),
    openEngine: () => {
      engines.push(new FakeEngine());
      return engines.at(-1)!;
    },
    quietMs,
  });
  const models = await ModelsBook.open(join(root, 'models.json'), () => searchBook.models());
  const [grants, media] = [new FileGrants(), new MediaStore()];
  const parts = { options: { shell: { root } }, searches, searchBook, models, grants, media };
  const calls = searchHandlers(parts as unknown as HandlerParts);
  const asked = {
    ...{ name: 'mine', device: 'cpu', isQuick: true, scale: 2 as const },
    ...{ target: { value: 60, unit: 'fps' as const }, folderId: grants.grant(images) },
  };
  return { calls, searches, models, grants, media, asked, stateOf: () => searches.list()[0]?.state };
}

describe('a search', () => {
  it('is started with what was asked for, tells its progress, and gives no path away', async () => {
    const { calls, asked } = await open();
    const started = await calls.startSearch(asked);
    expect(started).toMatchObject({ name: 'mine', state: 'running', done: [], modelId: null, hasResults: false });
    expect(engines[0]!.request).toEqual({
      ...{ name: 'mine', device: 'cpu', scale: 2, target: { value: 60, unit: 'fps' }, isQuick: true },
      ...{ searchFolder: join(root, 'state'), dataFolder: images, cacheFolder: join(root, 'cache') },
    });
    engines[0]!.listeners!.onNote('prepared 2 of 2 images');
    expect((await calls.listSearches(null)).searches[0]!.note).toBe('prepared 2 of 2 images');
    const progress = { stage: 'supernet', done: 3, total: 40, secondsLeft: 9, detail: 'loss 0.1' } as const;
    engines[0]!.listeners!.onProgress(progress);
    const listed = await calls.listSearches(null);
    expect(listed.searches[0]).toMatchObject({ progress, note: null });
    expect(JSON.stringify(listed)).not.toContain(root);
    expect(told).toContain('searchProgress');
    await calls.stopSearch(null);
  });

  it('is stopped, and goes on under the same name', async () => {
    const { calls, asked, stateOf } = await open();
    await calls.startSearch(asked);
    await expect(calls.startSearch({ ...asked, name: 'other' })).rejects.toThrow(
      "expected no search to run but 'mine' does; stop it first",
    );
    await calls.stopSearch(null);
    expect(stateOf()).toBe('stopped');
    expect(engines[0]!.isClosed).toBe(true);
    await calls.stopSearch(null);
    expect(await calls.continueSearch({ name: 'mine' })).toMatchObject({ state: 'running' });
    expect(engines[1]!.request).toEqual(engines[0]!.request);
    await calls.stopSearch(null);
  });

  it('says in one sentence without paths why it failed', async () => {
    const { calls, asked, searches } = await open();
    await calls.startSearch(asked);
    engines[0]!.end(new AppError('input-unreadable', `expected an image at ${join(images, 'a.png')}, but it is none`));
    await vi.waitFor(() => expect(searches.list()[0]!.state).toBe('failed'));
    const message = 'expected an image at a.png, but it is none';
    expect(searches.list()[0]!.error).toEqual({ code: 'input-unreadable', message });
    expect(await calls.continueSearch({ name: 'mine' })).toMatchObject({ state: 'running', error: null });
    engines[1]!.end(new AppError('engine-died', 'expected the engine to end its job but it was ended by SIGSEGV'));
    await vi.waitFor(() =>
      expect(searches.list()[0]).toMatchObject({ state: 'failed', error: { code: 'engine-died' } }),
    );
  });

  it('is interrupted where the app is closed, and also where it dies', async () => {
    const first = await open();
    await first.calls.startSearch(first.asked);
    const running = await readFile(join(root, 'state', 'searches.json'));
    await first.searches.close();
    expect(engines[0]!.isClosed).toBe(true);
    const second = await open();
    expect(second.stateOf()).toBe('interrupted');
    await writeFile(join(root, 'state', 'searches.json'), running);
    const third = await open();
    expect(third.stateOf()).toBe('interrupted');
    expect(await third.calls.continueSearch({ name: 'mine' })).toMatchObject({ state: 'running' });
    await third.calls.stopSearch(null);
  });

  it('lets clips go first', async () => {
    const { calls, searches, asked, stateOf } = await open();
    await calls.startSearch(asked);
    let endClip: () => void = () => undefined;
    searches.holdWhile(new Promise<void>((end) => (endClip = end)));
    expect(stateOf()).toBe('held');
    await vi.waitFor(() => expect(engines[0]!.isClosed).toBe(true));
    searches.holdWhile(Promise.reject(new Error('a clip that failed')));
    await new Promise((later) => setTimeout(later, 20));
    expect(engines).toHaveLength(1);
    endClip();
    await vi.waitFor(() => expect(stateOf()).toBe('running'));
    expect(engines).toHaveLength(2);
    // What is begun while a clip runs waits, and can be stopped meanwhile.
    await calls.stopSearch(null);
    searches.holdWhile(new Promise<void>((end) => (endClip = end)));
    expect(await calls.continueSearch({ name: 'mine' })).toMatchObject({ state: 'held' });
    expect(engines).toHaveLength(2);
    await calls.stopSearch(null);
    expect(stateOf()).toBe('stopped');
    endClip();
  });

  it('leaves a page, and a model that can be chosen', async () => {
    const { calls, asked, models, media, searches } = await open();
    await calls.startSearch(asked);
    await expect(calls.searchResults({ name: 'mine' })).rejects.toThrow("results of 'mine' but no stage is done yet");
    const folder = join(root, 'state', 'mine');
    await finishStage(folder, 'latency', {});
    await writeFile(join(folder, 'results.html'), 'the page');
    const { mediaId, fileName } = await calls.searchResults({ name: 'mine' });
    expect(media.get(mediaId)).toMatchObject({ mimeType: 'text/html; charset=utf-8', saveAs: undefined });
    expect(fileName).toBe('mine-results.html');
    await writeModelFolder(modelFolder(folder, 'mine'), 'mine');
    // Before the stage is done, files of the model may be missing.
    expect((await models.list()).some(({ isSearched }) => isSearched)).toBe(false);
    await finishStage(folder, 'export', {});
    engines[0]!.end(true);
    await vi.waitFor(() => expect(searches.list()[0]!.state).toBe('finished'));
    expect(searches.list()[0]).toMatchObject({
      done: ['latency', 'export'],
      modelId: 'searched-mine',
      hasResults: true,
    });
    expect((await models.list()).filter(({ isSearched }) => isSearched)).toEqual([
      {
        ...{
          id: 'searched-mine',
          name: 'mine',
          scale: 2,
          colour: 'y',
          parameters: 976,
          isOwn: false,
          isSearched: true,
        },
        ...{ keptMacs720p: 1000, denseMacs720p: 2000, quality: [{ set: 'validation', psnrY: 30.5, ssimY: null }] },
      },
    ]);
    const resolved = models.resolve('searched-mine')!;
    expect(resolved).toBe(modelFolder(folder, 'mine'));
    expect(await loadModel(resolved)).toMatchObject({ name: 'mine', scale: 2, receptiveFieldFrom: 'manifest' });
    await expect(calls.continueSearch({ name: 'mine' })).rejects.toThrow("not finished but 'mine' is");
    await expect(calls.startSearch(asked)).rejects.toThrow("a name that no model has yet but got 'mine'");
  });

  it('refuses in one sentence what cannot be searched', async () => {
    const { calls, asked, grants } = await open();
    const refusals = [
      [{ ...asked, name: '../out' }, /expected a name of lower-case letters, .* but got '..\/out'/],
      [{ ...asked, name: 'tandem-x2-fast' }, /a name that no model has yet but got 'tandem-x2-fast'/],
      [{ ...asked, device: 'all' }, /expected the device cpu, gpu, .* but got 'all'/],
      [
        { ...asked, folderId: grants.grant(join(root, 'empty')) },
        /at least 2 training images .* in empty, but .* none/,
      ],
      [{ ...asked, folderId: grants.grant('/') }, /expected a file that may be opened here/],
      [{ ...asked, folderId: 'never-granted' }, /not known any more/],
      [{ ...asked, folderId: null }, /expected a folder of training images but none was chosen/],
    ] as const;
    for (const [input, message] of refusals) await expect(calls.startSearch(input)).rejects.toThrow(message);
    await expect(calls.continueSearch({ name: 'never' })).rejects.toThrow("kept here but got 'never'");
    expect((await calls.listSearches(null)).searches).toEqual([]);
    expect(engines).toEqual([]);
    expect(existsSync(join(root, 'state', 'searches.json'))).toBe(false);
  });
});
