/** The app behind every page: Electron's window and a browser at `tandem serve` see the same calls and events. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppApi } from '../../contract/app-api.ts';
import type { EventName, EventValue } from '../../contract/api.ts';
import type { Handlers } from '../../contract/rpc.ts';
import { cacheFolder } from '../../adapters/system/paths.ts';
import { JobQueue } from '../job-queue/job-queue.ts';
import type { QueueClip } from '../job-queue/queue-clip.ts';
import { QueueFile } from '../job-queue/queue-file.ts';
import { ClipInspector } from './clip-inspector.ts';
import { ClipServices } from './clip-services.ts';
import { viewClip } from './clip-view.ts';
import { joinDevices } from './device-switches.ts';
import { FileGrants } from './file-grants.ts';
import { makeHandlers } from './handlers.ts';
import { HelperEngine } from './helper-engine.ts';
import { MediaStore } from './media-store.ts';
import { ModelsBook } from './models-book.ts';
import { RunningView } from './running-view.ts';
import { startDesktopJob } from './run-job.ts';
import { SearchBook } from './search-book.ts';
import { SearchDesk } from './search-desk.ts';
import { SettingsFile } from './settings-file.ts';
import { SpeedBook } from './speed-book.ts';
import { lockState } from './state-lock.ts';

/** What a shell can do that another cannot. */
export interface ShellHooks {
  readonly kind: 'web' | 'electron';
  /** Folder that may be looked into; `null` where the page cannot browse. */
  readonly root: string | null;
  /** The system's own dialog. */
  readonly pickFiles?: (() => Promise<readonly string[]>) | undefined;
  readonly pickFolder?: (() => Promise<string | null>) | undefined;
  readonly reveal?: ((path: string) => void) | undefined;
  /** The machine must stay awake while true. */
  readonly onBusy?: ((isBusy: boolean) => void) | undefined;
  /** 0 to 1 of the running clip; `null` when nothing runs. */
  readonly onShare?: ((share: number | null) => void) | undefined;
  readonly onAllDone?: ((finished: number) => void) | undefined;
}

export interface DesktopAppOptions {
  readonly version: string;
  readonly stateFolder: string;
  readonly shell: ShellHooks;
}

/** Tells every page; typed by the contract. */
export type Emit = <N extends EventName<AppApi>>(name: N, value: EventValue<AppApi, N>) => void;

export interface DesktopApp {
  readonly handlers: Handlers<AppApi>;
  readonly media: MediaStore;
  readonly grants: FileGrants;
  /** @returns a function that ends it */
  subscribe(emit: Emit): () => void;
  close(): Promise<void>;
}

export async function openDesktopApp(options: DesktopAppOptions): Promise<DesktopApp> {
  const { stateFolder, shell } = options;
  const unlock = await lockState(stateFolder);
  const [temporaryFolder, statsFolder] = [join(stateFolder, 'temporary'), join(stateFolder, 'clips')];
  const searchFolder = join(stateFolder, 'searches');
  await rm(temporaryFolder, { recursive: true, force: true });
  for (const folder of [temporaryFolder, statsFolder, searchFolder]) await mkdir(folder, { recursive: true });
  const pages = new Set<Emit>();
  const emit: Emit = (name, value) => {
    for (const page of pages) page(name, value);
  };
  const media = new MediaStore();
  const grants = new FileGrants();
  const helper = new HelperEngine();
  const searchBook = await SearchBook.open(searchFolder);
  const searches = new SearchDesk({ book: searchBook, cacheFolder: join(cacheFolder(), 'training'), emit });
  const [settings, speeds, models] = await Promise.all([
    SettingsFile.open(join(stateFolder, 'settings.json')),
    SpeedBook.open(join(stateFolder, 'speeds.json')),
    ModelsBook.open(join(stateFolder, 'models.json'), () => searchBook.models()),
  ]);
  const names = {
    model: (model: string | null) => models.resolve(model),
    device: (device: string) => (device === 'auto' ? joinDevices(settings.settings.devices) : device),
  };
  const services = new ClipServices({ helper, media, speeds, names, temporaryFolder, statsFolder });
  const running = new RunningView(emit, shell);
  const inspector = new ClipInspector(helper, (clipId) => services.thumbnailPath(clipId));
  const view = (clip: QueueClip) => viewClip(clip, shell.root);
  const { queue, putAside } = await JobQueue.open({
    file: new QueueFile(join(stateFolder, 'queue.json')),
    startJob: (clip) => {
      void services.stopTrial();
      const places = { statsPath: services.statsPath(clip.id), speeds, names };
      const job = startDesktopJob(clip, places, running.listenersFor(clip.id));
      searches.holdWhile(job.result);
      return running.follow(clip.id, job);
    },
    listeners: {
      onClip: (clip) => emit('clip', view(clip)),
      onOrder: () => emit('order', orderOf(queue)),
      onAllDone: () => running.allDone(settings.settings.atEnd),
    },
  });
  inspector.attach(queue);
  const notices = putAside === null ? [] : [`The queue could not be read and was put aside as ${putAside}.`];
  const parts = {
    options,
    searches,
    searchBook,
    queue,
    settings,
    services,
    models,
    media,
    grants,
    helper,
    running,
    inspector,
    emit,
    view,
  };
  return {
    handlers: makeHandlers({ ...parts, notices, temporaryFolder }),
    media,
    grants,
    subscribe: (page) => {
      pages.add(page);
      return () => pages.delete(page);
    },
    close: async () => {
      await Promise.all([queue.close(), searches.close()]);
      await inspector.close();
      await services.stopTrial();
      await helper.close();
      await unlock();
    },
  };
}

export function orderOf(queue: JobQueue): EventValue<AppApi, 'order'> {
  return { clipIds: queue.clips.map(({ id }) => id), isRunning: queue.isRunning };
}
