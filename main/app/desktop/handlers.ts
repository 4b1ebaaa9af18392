import { basename } from 'node:path';
import { stat } from 'node:fs/promises';
import type { AppApi } from '../../contract/app-api.ts';
import type { Clip, Entry } from '../../contract/app-messages.ts';
import { MOST_CLIPS } from '../../contract/limits.ts';
import type { Handlers } from '../../contract/rpc.ts';
import { toPlainError } from '../../contract/rpc.ts';
import { AppError } from '../../core/errors.ts';
import type { JobQueue } from '../job-queue/job-queue.ts';
import type { QueueClip } from '../job-queue/queue-clip.ts';
import { browse, findClips, kindOf, pathWithin } from './browse.ts';
import type { ClipInspector } from './clip-inspector.ts';
import type { ClipServices } from './clip-services.ts';
import { withoutFolders } from './clip-view.ts';
import { compareHandlers } from './compare-handlers.ts';
import { deviceHandlers } from './device-handlers.ts';
import type { DesktopAppOptions, Emit } from './desktop-app.ts';
import { formatDiagnostics } from './diagnostics.ts';
import type { FileGrants } from './file-grants.ts';
import type { HelperEngine } from './helper-engine.ts';
import type { MediaStore } from './media-store.ts';
import type { ModelsBook } from './models-book.ts';
import type { RunningView } from './running-view.ts';
import { searchHandlers } from './search-handlers.ts';
import type { SearchBook } from './search-book.ts';
import type { SearchDesk } from './search-desk.ts';
import type { SettingsFile } from './settings-file.ts';

export interface HandlerParts {
  readonly options: DesktopAppOptions;
  readonly queue: JobQueue;
  readonly settings: SettingsFile;
  readonly services: ClipServices;
  readonly models: ModelsBook;
  readonly media: MediaStore;
  readonly grants: FileGrants;
  readonly helper: HelperEngine;
  readonly running: RunningView;
  readonly searches: SearchDesk;
  readonly searchBook: SearchBook;
  readonly inspector: ClipInspector;
  readonly emit: Emit;
  readonly view: (clip: QueueClip) => Clip;
  readonly notices: readonly string[];
  readonly temporaryFolder: string;
}

/** The contract's calls, each a few lines over the use case behind it. */
export function makeHandlers(parts: HandlerParts): Handlers<AppApi> {
  return {
    ...shellHandlers(parts),
    ...queueHandlers(parts),
    ...clipHandlers(parts),
    ...modelHandlers(parts),
    ...deviceHandlers(parts),
    ...compareHandlers(parts),
    ...searchHandlers(parts),
  };
}

export type Some<N extends keyof Handlers<AppApi>> = Pick<Handlers<AppApi>, N>;

function shellHandlers({
  options,
  queue,
  settings,
  running,
  grants,
  helper,
  emit,
  view,
  notices,
}: HandlerParts): Some<
  'hello' | 'browse' | 'pickFiles' | 'pickFolder' | 'saveSettings' | 'diagnostics' | 'revealResult'
> {
  const { shell, version } = options;
  return {
    hello: () =>
      Promise.resolve({
        ...{ version, shell: shell.kind, notices: [...notices] },
        canBrowse: shell.root !== null,
        canPick: shell.pickFiles !== undefined,
        canReveal: shell.reveal !== undefined,
        clips: queue.clips.map(view),
        isRunning: queue.isRunning,
        running: running.snapshot(),
        settings: settings.settings,
      }),
    browse: ({ folderId }) => {
      if (shell.root === null)
        throw new AppError('wrong-usage', 'expected a shell that can browse but this one cannot');
      return browse(folderId, shell.root, grants);
    },
    pickFiles: async () => {
      const paths = (await shell.pickFiles?.()) ?? [];
      return Promise.all(paths.map((path) => describePath(path, grants)));
    },
    pickFolder: async () => {
      const path = (await shell.pickFolder?.()) ?? null;
      return path === null ? null : describePath(path, grants);
    },
    saveSettings: async (wanted) => {
      await settings.save(wanted);
      emit('settings', wanted);
      return null;
    },
    diagnostics: async () => {
      const checks = await helper.call('examine', null);
      const facts = { version, shell: shell.kind, checks, clips: queue.clips, failures: running.failures };
      return { text: formatDiagnostics(facts) };
    },
    revealResult: ({ clipId }) => {
      const path = queue.find(clipId).result?.outputPath;
      if (path !== undefined) shell.reveal?.(path);
      return Promise.resolve(null);
    },
  };
}

/** A file that was chosen by the person, as an entry for the page. */
export async function describePath(path: string, grants: FileGrants): Promise<Entry> {
  const info = await stat(path);
  const name = basename(path);
  return {
    ...{ fileId: grants.grant(path), name, sizeBytes: info.isFile() ? info.size : 0 },
    kind: info.isDirectory() ? 'folder' : kindOf(name),
  };
}

function queueHandlers({
  options,
  queue,
  settings,
  grants,
  inspector,
  services,
}: HandlerParts): Some<
  'addClips' | 'updateClip' | 'removeClips' | 'moveClip' | 'retryClip' | 'cancelClip' | 'setRunning'
> {
  return {
    addClips: async ({ fileIds, settings: wanted }) => {
      const paths = await Promise.all(fileIds.map((id) => pathWithin(options.shell.root, grants.pathOf(id))));
      const room = MOST_CLIPS - queue.clips.length;
      const files = await services.giveWayTo(async () =>
        (await Promise.all(paths.map((path) => findClips(path, room)))).flat(),
      );
      if (files.length === 0) throw new AppError('input-missing', 'expected a clip but the folder holds none');
      const ids = (await queue.add(files, wanted ?? settings.settings.clip)).map(({ id }) => id);
      inspector.look(ids);
      return ids;
    },
    updateClip: async ({ clipId, settings: wanted }) => nothing(queue.update(clipId, wanted)),
    removeClips: async ({ clipIds }) => nothing(queue.remove(clipIds)),
    moveClip: async ({ clipId, toIndex }) => nothing(queue.move(clipId, toIndex)),
    retryClip: async ({ clipId }) => nothing(queue.retry(clipId)),
    cancelClip: async ({ clipId }) => nothing(queue.cancel(clipId)),
    setRunning: async ({ isRunning }) => nothing(queue.setRunning(isRunning)),
  };
}

async function nothing(work: Promise<void>): Promise<null> {
  await work;
  return null;
}

/** Sentences name files by their paths; a page knows them by their names. */
async function speakingOf<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = toPlainError(error);
    throw new AppError(code, withoutFolders(message, path), { cause: error });
  }
}

function clipHandlers({
  queue,
  services,
  running,
  temporaryFolder,
}: HandlerParts): Some<
  | 'pauseClip'
  | 'planClip'
  | 'tryPlan'
  | 'preview'
  | 'newestFrame'
  | 'testClip'
  | 'playClip'
  | 'thumbnail'
  | 'exportTiming'
> {
  const speaking = <T>(clipId: string, work: (clip: QueueClip) => Promise<T>): Promise<T> => {
    const clip = queue.find(clipId);
    return speakingOf(clip.path, () => work(clip));
  };
  return {
    pauseClip: async ({ clipId, isPaused }) => {
      if (queue.currentId === clipId) await running.pause(clipId, isPaused);
      return null;
    },
    planClip: ({ clipId }) => speaking(clipId, (clip) => services.plan(clip)),
    tryPlan: ({ clipId }) =>
      speaking(clipId, (clip) => (queue.currentId === null ? services.tryPlan(clip) : services.plan(clip))),
    preview: ({ clipId, atSeconds }) => speaking(clipId, (clip) => services.preview(clip, atSeconds)),
    newestFrame: async ({ clipId }) => {
      if (queue.currentId !== clipId) return null;
      const pictures = (await running.job?.newestFrame(temporaryFolder)) ?? null;
      return pictures && services.show(pictures);
    },
    testClip: ({ clipId, atSeconds }) => speaking(clipId, (clip) => services.test(clip, atSeconds)),
    playClip: ({ clipId, which }) => speaking(clipId, (clip) => services.play(clip, which)),
    thumbnail: ({ clipId }) => speaking(clipId, (clip) => Promise.resolve(services.thumbnail(clip))),
    exportTiming: ({ clipId, format }) => speaking(clipId, (clip) => services.exportTiming(clip, format)),
  };
}

function modelHandlers({ options, models, helper, grants }: HandlerParts): Some<'listModels' | 'addModel'> {
  return {
    listModels: () => models.list(),
    addModel: async ({ fileId }) => {
      const path = await pathWithin(options.shell.root, grants.pathOf(fileId));
      return speakingOf(path, async () => models.add(path, await helper.call('inspectModel', { path })));
    },
  };
}
