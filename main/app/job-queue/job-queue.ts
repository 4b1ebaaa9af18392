/** Use case: clips that wait, run one after another and are remembered. The queue is saved at every change. */
import { randomUUID } from 'node:crypto';
import type { ClipSettings } from '../../contract/app-messages.ts';
import { MOST_CLIPS } from '../../contract/limits.ts';
import type { UpscaleResult } from '../../contract/messages.ts';
import { toPlainError } from '../../contract/rpc.ts';
import { AppError } from '../../core/errors.ts';
import type { QueueClip } from './queue-clip.ts';
import type { QueueFile } from './queue-file.ts';

/** A job that was started. */
export interface RunningJob {
  readonly result: Promise<UpscaleResult>;
  /** Stops it; `result` then rejects. */
  cancel(): Promise<void>;
}

export interface QueueListeners {
  readonly onClip: (clip: QueueClip) => void;
  readonly onOrder: () => void;
  /** No clip waits any more and at least one was done since the queue was started. */
  readonly onAllDone: () => void;
}

export interface QueueOptions {
  readonly file: QueueFile;
  readonly startJob: (clip: QueueClip) => RunningJob;
  readonly listeners: QueueListeners;
}

export class JobQueue {
  readonly #options: QueueOptions;
  #clips: QueueClip[];
  #isRunning = false;
  #current: { readonly id: string; readonly job: RunningJob; readonly ended: Promise<void> } | null = null;

  private constructor(options: QueueOptions, clips: QueueClip[]) {
    this.#options = options;
    this.#clips = clips;
  }

  /** Reads the queue; what ran when the app ended is `interrupted` now. */
  static async open(options: QueueOptions): Promise<{ queue: JobQueue; putAside: string | null }> {
    const { clips, putAside } = await options.file.read();
    const known = clips.map((clip) => (clip.state === 'running' ? { ...clip, state: 'interrupted' as const } : clip));
    const queue = new JobQueue(options, known);
    await queue.#save();
    return { queue, putAside };
  }

  get clips(): readonly QueueClip[] {
    return this.#clips;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get currentId(): string | null {
    return this.#current?.id ?? null;
  }

  /** @throws AppError `wrong-usage` for a clip that is not there */
  find(id: string): QueueClip {
    const clip = this.#clips.find((candidate) => candidate.id === id);
    if (clip) return clip;
    throw new AppError('wrong-usage', 'expected a clip of the queue but it is not there any more');
  }

  async add(files: readonly { path: string; sizeBytes: number }[], settings: ClipSettings): Promise<QueueClip[]> {
    if (this.#clips.length + files.length > MOST_CLIPS)
      throw new AppError('wrong-usage', `expected at most ${MOST_CLIPS} clips in the queue but got more`);
    const added = files.map(({ path, sizeBytes }): QueueClip => {
      const nothing = { facts: null, hasThumbnail: false, error: null, result: null };
      return { id: randomUUID(), path, sizeBytes, settings, state: 'waiting', ...nothing };
    });
    this.#clips.push(...added);
    for (const clip of added) this.#options.listeners.onClip(clip);
    await this.#reordered();
    this.#advance();
    return added;
  }

  /** Changes what is known of a clip, never its state. */
  async note(id: string, known: Partial<Pick<QueueClip, 'facts' | 'hasThumbnail'>>): Promise<void> {
    if (this.#clips.some((clip) => clip.id === id)) await this.#change(id, known);
  }

  /** @throws AppError `wrong-usage` while the clip runs */
  async update(id: string, settings: ClipSettings): Promise<void> {
    if (this.find(id).state === 'running')
      throw new AppError('wrong-usage', 'expected a clip that does not run but its job is under way');
    await this.#change(id, { settings });
  }

  async remove(ids: readonly string[]): Promise<void> {
    const gone = new Set(ids);
    if (this.#current && gone.has(this.#current.id)) await this.cancel(this.#current.id);
    this.#clips = this.#clips.filter(({ id }) => !gone.has(id));
    await this.#reordered();
  }

  async move(id: string, toIndex: number): Promise<void> {
    const clip = this.find(id);
    const others = this.#clips.filter((other) => other !== clip);
    others.splice(Math.min(toIndex, others.length), 0, clip);
    this.#clips = others;
    await this.#reordered();
  }

  /** Lets a clip wait again that failed, was stopped, was interrupted or is done. */
  async retry(id: string): Promise<void> {
    if (this.find(id).state === 'running') return;
    await this.#change(id, { state: 'waiting', error: null, result: null });
    this.#advance();
  }

  /** Stops the clip if it runs; a waiting one is not started. */
  async cancel(id: string): Promise<void> {
    const clip = this.find(id);
    const current = this.#current;
    if (current?.id === id) {
      await current.job.cancel();
      await current.ended;
    } else if (clip.state === 'waiting') await this.#change(id, { state: 'cancelled' });
  }

  async setRunning(isRunning: boolean): Promise<void> {
    this.#isRunning = isRunning;
    this.#options.listeners.onOrder();
    this.#advance();
    await this.#save();
  }

  /** Ends: the running clip is stopped and told as interrupted at the next start. */
  async close(): Promise<void> {
    this.#isRunning = false;
    const current = this.#current;
    if (current) {
      await current.job.cancel();
      await current.ended;
      await this.#change(current.id, { state: 'interrupted' });
    }
    await this.#save();
  }

  #advance(): void {
    if (!this.#isRunning || this.#current) return;
    const next = this.#clips.find(({ state }) => state === 'waiting');
    if (!next) {
      this.#isRunning = false;
      this.#options.listeners.onOrder();
      this.#options.listeners.onAllDone();
      return;
    }
    const job = startSafely(() => this.#options.startJob(next));
    const ended = this.#follow(next.id, job).finally(() => {
      this.#current = null;
      this.#advance();
    });
    this.#current = { id: next.id, job, ended };
  }

  async #follow(id: string, job: RunningJob): Promise<void> {
    await this.#change(id, { state: 'running', error: null, result: null });
    try {
      const result = await job.result;
      await this.#changeIfThere(id, { state: 'done', result });
    } catch (error) {
      const { code, message } = toPlainError(error);
      const stopped = code === 'interrupted';
      await this.#changeIfThere(id, stopped ? { state: 'cancelled' } : { state: 'failed', error: { code, message } });
    }
  }

  async #changeIfThere(id: string, change: Partial<QueueClip>): Promise<void> {
    if (this.#clips.some((clip) => clip.id === id)) await this.#change(id, change);
  }

  async #change(id: string, change: Partial<QueueClip>): Promise<void> {
    const index = this.#clips.findIndex((clip) => clip.id === id);
    const clip = { ...this.find(id), ...change };
    this.#clips[index] = clip;
    this.#options.listeners.onClip(clip);
    await this.#save();
  }

  async #reordered(): Promise<void> {
    this.#options.listeners.onOrder();
    await this.#save();
  }

  #save(): Promise<void> {
    return this.#options.file.save(() => this.#clips);
  }
}

/** A job that could not even be started is a job that failed. */
function startSafely(start: () => RunningJob): RunningJob {
  try {
    return start();
  } catch (error) {
    const result = Promise.reject(error instanceof Error ? error : new Error(String(error)));
    result.catch(() => undefined);
    return { result, cancel: () => Promise.resolve() };
  }
}
