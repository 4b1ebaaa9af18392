import { spawn } from 'node:child_process';
import { powerCommand } from '../../adapters/system/power.ts';
import type { Settings, Snapshot } from '../../contract/app-messages.ts';
import type { Timing } from '../../contract/engine-messages.ts';
import type { Progress } from '../../contract/messages.ts';
import type { Emit, ShellHooks } from './desktop-app.ts';
import type { DesktopJob, JobListeners } from './run-job.ts';

/** Slices of the timing that a page which comes late is shown: five minutes. */
const MOST_SLICES = 300;

/** The clip that runs, as pages and the shell are told of it. */
export class RunningView {
  readonly #emit: Emit;
  readonly #shell: ShellHooks;
  #clipId: string | null = null;
  #job: DesktopJob | null = null;
  #progress: Progress | null = null;
  #timings: Timing[] = [];
  /** Why it stands still: a person asked, or the engine waits for room. */
  #asked: string | null = null;
  #noRoom: string | null = null;
  #finished = 0;
  readonly failures: string[] = [];

  constructor(emit: Emit, shell: ShellHooks) {
    this.#emit = emit;
    this.#shell = shell;
  }

  get job(): DesktopJob | null {
    return this.#job;
  }

  snapshot(): Snapshot['running'] {
    if (this.#clipId === null) return null;
    return { clipId: this.#clipId, progress: this.#progress, timings: this.#timings, pause: this.#pause() };
  }

  /** Holds the running clip, or lets it go on, because a person wants it. */
  async pause(clipId: string, isPaused: boolean): Promise<void> {
    await this.#job?.pause(isPaused);
    this.#asked = isPaused ? 'paused: nothing is computed until it is resumed' : null;
    this.#emit('pause', { clipId, pause: this.#pause() });
  }

  #pause(): string | null {
    return this.#asked ?? this.#noRoom;
  }

  follow(clipId: string, job: DesktopJob): DesktopJob {
    this.#clipId = clipId;
    this.#job = job;
    this.#progress = null;
    this.#timings = [];
    this.#asked = null;
    this.#noRoom = null;
    this.#shell.onBusy?.(true);
    job.result.then(
      () => (this.#finished += 1),
      (error: unknown) => this.#remember(error),
    );
    void job.result.catch(() => undefined).then(() => this.#end(clipId));
    return job;
  }

  listenersFor(clipId: string): JobListeners {
    return {
      onProgress: (progress) => {
        this.#progress = progress;
        const { frames, totalFrames } = progress;
        this.#shell.onShare?.(totalFrames === null || totalFrames === 0 ? 0 : Math.min(1, frames / totalFrames));
        this.#emit('progress', { clipId, progress });
      },
      onTiming: (timing) => {
        this.#timings = [...this.#timings, timing].slice(-MOST_SLICES);
        this.#emit('timing', { clipId, timing });
      },
      onPause: ({ isPaused, message }) => {
        this.#noRoom = isPaused ? message : null;
        this.#emit('pause', { clipId, pause: this.#pause() });
      },
    };
  }

  /** The queue has come to its end. */
  allDone(atEnd: Settings['atEnd']): void {
    if (this.#finished === 0) return;
    if (atEnd !== 'nothing') this.#shell.onAllDone?.(this.#finished);
    this.#finished = 0;
    const command = atEnd === 'sleep' || atEnd === 'shutdown' ? powerCommand(atEnd) : null;
    if (command) spawn(command[0]!, command.slice(1), { stdio: 'ignore', detached: true }).on('error', () => undefined);
  }

  #end(clipId: string): void {
    if (this.#clipId !== clipId) return;
    this.#clipId = null;
    this.#job = null;
    this.#shell.onShare?.(null);
    this.#shell.onBusy?.(false);
  }

  #remember(error: unknown): void {
    const { message, details } = error as { message?: string; details?: unknown };
    this.failures.push(`${new Date().toISOString()} ${message ?? String(error)} ${JSON.stringify(details ?? {})}`);
    if (this.failures.length > 20) this.failures.shift();
  }
}
