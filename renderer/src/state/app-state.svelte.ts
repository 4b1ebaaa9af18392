import { SvelteMap } from 'svelte/reactivity';
import { appApi } from '../../../main/contract/app-api.ts';
import type { AppApi } from '../../../main/contract/app-api.ts';
import type { CallInput, CallName, CallOutput } from '../../../main/contract/api.ts';
import type { Clip, ClipSettings, Settings, Snapshot } from '../../../main/contract/app-messages.ts';
import type { Timing } from '../../../main/contract/engine-messages.ts';
import type { Search } from '../../../main/contract/search-messages.ts';
import type { Progress } from '../../../main/contract/messages.ts';
import { connect } from '../../../main/contract/rpc.ts';
import type { Client } from '../../../main/contract/rpc.ts';
import { AppError } from '../../../main/core/errors.ts';
import type { OpenPort } from '../api/open-port.ts';
import { translator } from '../text/translate.ts';

export const SCREENS = ['queue', 'compare', 'models', 'devices', 'settings'] as const;
export type Screen = (typeof SCREENS)[number];

/** Slices of the timing that are kept for the plot: five minutes. */
const MOST_SLICES = 300;
const RETRY_MS = 1000;

/** What the page knows: a mirror of the app, fed by its events. */
export class AppState {
  readonly #open: () => Promise<OpenPort>;
  readonly #storage: Storage;
  #client: Client<AppApi> | null = null;

  #connection = $state.raw<'opening' | 'open' | 'lost'>('opening');
  #facts = $state.raw<Omit<Snapshot, 'clips' | 'running' | 'settings' | 'isRunning'> | null>(null);
  #settings = $state.raw<Settings | null>(null);
  /** By id: a change of one clip redraws one row. */
  readonly clips = new SvelteMap<string, Clip>();
  #order = $state.raw<readonly string[]>([]);
  #isRunning = $state.raw(false);
  #runningId = $state.raw<string | null>(null);
  #progress = $state.raw<Progress | null>(null);
  #timings = $state.raw<readonly Timing[]>([]);
  #pause = $state.raw<string | null>(null);
  /** By name, newest first; filled by whoever shows them. */
  readonly searches = new SvelteMap<string, Search>();
  #screen = $state.raw<Screen>('queue');
  #selectedId = $state.raw<string | null>(null);

  readonly t = $derived(translator(this.#settings?.language ?? 'en'));
  readonly language = $derived(this.#settings?.language ?? 'en');
  readonly selected = $derived(this.#selectedId === null ? null : (this.clips.get(this.#selectedId) ?? null));

  constructor(open: () => Promise<OpenPort>, storage: Storage) {
    this.#open = open;
    this.#storage = storage;
    const screen = storage.getItem('screen');
    if (SCREENS.includes(screen as Screen)) this.#screen = screen as Screen;
  }

  get connection() {
    return this.#connection;
  }
  get facts() {
    return this.#facts;
  }
  get settings() {
    return this.#settings;
  }
  get order() {
    return this.#order;
  }
  get isRunning() {
    return this.#isRunning;
  }
  get runningId() {
    return this.#runningId;
  }
  get progress() {
    return this.#progress;
  }
  /** Why the running clip is held. */
  get pause() {
    return this.#pause;
  }
  get timings() {
    return this.#timings;
  }
  get screen() {
    return this.#screen;
  }
  get selectedId() {
    return this.#selectedId;
  }

  show(screen: Screen): void {
    this.#screen = screen;
    this.#storage.setItem('screen', screen);
  }

  select(clipId: string | null): void {
    this.#selectedId = clipId;
  }

  /** Connects, and again whenever the connection is lost. Never ends. */
  async start(): Promise<void> {
    for (;;) {
      try {
        const { port, lost } = await this.#open();
        const client = connect(port, appApi);
        this.#listen(client);
        this.#client = client;
        this.#take(await client.call('hello', null));
        this.#connection = 'open';
        await lost;
        client.fail(new AppError('interrupted', this.t('app.lost')));
      } catch {
        // Tried again below.
      }
      this.#connection = 'lost';
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** @throws AppError of the app */
  call<N extends CallName<AppApi>>(name: N, input: CallInput<AppApi, N>): Promise<CallOutput<AppApi, N>> {
    if (!this.#client) return Promise.reject(new AppError('interrupted', this.t('app.lost')));
    return this.#client.call(name, input);
  }

  /** Takes effect here at once: the next change builds on it, however soon it comes. */
  async changeSettings(part: Partial<Settings>): Promise<void> {
    const before = this.#settings;
    if (before === null) return;
    this.#settings = { ...before, ...part };
    await this.call('saveSettings', this.#settings).catch((error: unknown) => {
      this.#settings = before;
      throw error;
    });
  }

  /** As {@link changeSettings}, of one clip. */
  async changeClip(clipId: string, part: Partial<ClipSettings>): Promise<void> {
    const before = this.clips.get(clipId);
    if (before === undefined) return;
    const settings = { ...before.settings, ...part };
    this.clips.set(clipId, { ...before, settings });
    await this.call('updateClip', { clipId, settings }).catch((error: unknown) => {
      this.clips.set(clipId, before);
      throw error;
    });
  }

  #take({ clips, running, settings, isRunning, ...facts }: Snapshot): void {
    this.#facts = facts;
    this.#settings = settings;
    this.clips.clear();
    for (const clip of clips) this.clips.set(clip.id, clip);
    this.#order = clips.map(({ id }) => id);
    this.#isRunning = isRunning;
    this.#runningId = running?.clipId ?? null;
    this.#progress = running?.progress ?? null;
    this.#timings = running?.timings ?? [];
    this.#pause = running?.pause ?? null;
    if (this.#selectedId === null || !this.clips.has(this.#selectedId))
      this.#selectedId = this.#runningId ?? this.#order[0] ?? null;
  }

  #listen(client: Client<AppApi>): void {
    client.on('clip', (clip) => this.#takeClip(clip));
    client.on('order', ({ clipIds, isRunning }) => this.#takeOrder(clipIds, isRunning));
    client.on('pause', ({ pause }) => (this.#pause = pause));
    client.on('settings', (settings) => (this.#settings = settings));
    client.on('progress', ({ clipId, progress }) => {
      this.#runningId = clipId;
      this.#progress = progress;
    });
    client.on('search', (search) => this.searches.set(search.name, search));
    client.on('searchProgress', ({ name, progress }) => {
      const search = this.searches.get(name);
      if (search) this.searches.set(name, { ...search, progress, note: null });
    });
    client.on('timing', ({ clipId, timing }) => {
      if (clipId === this.#runningId) this.#timings = [...this.#timings, timing].slice(-MOST_SLICES);
    });
  }

  #takeClip(clip: Clip): void {
    const before = this.clips.get(clip.id);
    this.clips.set(clip.id, clip);
    if (clip.state === 'running' && before?.state !== 'running') {
      this.#runningId = clip.id;
      this.#progress = null;
      this.#pause = null;
      this.#timings = [];
    }
    if (clip.state !== 'running' && this.#runningId === clip.id) this.#runningId = null;
  }

  #takeOrder(clipIds: readonly string[], isRunning: boolean): void {
    this.#order = clipIds;
    this.#isRunning = isRunning;
    const kept = new Set(clipIds);
    for (const id of [...this.clips.keys()]) if (!kept.has(id)) this.clips.delete(id);
    if (this.#selectedId === null || !kept.has(this.#selectedId)) this.#selectedId = clipIds[0] ?? null;
  }
}
