import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { LineTail } from '../adapters/process/line-tail.ts';
import { engineApi } from '../contract/api.ts';
import type { CallInput, CallName, CallOutput, EngineApi } from '../contract/api.ts';
import type { Timing } from '../contract/engine-messages.ts';
import type { SearchProgress, SearchRequest } from '../contract/search-messages.ts';
import type { Notice, Pause, Planned, Progress, UpscaleRequest, UpscaleResult } from '../contract/messages.ts';
import { connect } from '../contract/rpc.ts';
import type { Client } from '../contract/rpc.ts';
import { AppError } from '../core/errors.ts';
import { NOTHING_KEPT, settleWork, stoppedError, tellKept } from './kept-work.ts';
import { nodePath, outsideArchive } from './node-path.ts';

const ENGINE = outsideArchive(resolve(import.meta.dirname, '../shells/engine/main.ts'));

/** MiB: what is in V8's heap lives short. The rest of the heap is limited when a job starts. */
const HEAP = ['--max-semi-space-size=8'];

/** How long the engine may take to stop a job by itself before it and all its children are killed. */
const STOP_WITHIN_MS = 2000;

export interface UpscaleListeners {
  readonly onPlanned?: (planned: Planned) => void;
  readonly onProgress?: (progress: Progress) => void;
  readonly onNotice?: (notice: Notice) => void;
  readonly onPause?: (pause: Pause) => void;
  readonly onTiming?: (timing: Timing) => void;
}

export interface SearchListeners {
  readonly onProgress: (progress: SearchProgress) => void;
  readonly onNote: (sentence: string) => void;
}

export interface EngineOptions {
  /** Another program in tests. */
  readonly program?: string;
}

/**
 * The shell's end of one engine process. The engine leads a process group of its own, so that nothing it started can
 * outlive it, and a terminal's Ctrl-C reaches the shell alone, which stops the job in good order.
 */
export class EngineClient {
  readonly #child: ChildProcess;
  readonly #client: Client<EngineApi>;
  readonly #stderr = new LineTail();
  readonly #gone: Promise<void>;
  #workFolder: string | null = null;
  #cancelled = false;

  constructor({ program = ENGINE }: EngineOptions = {}) {
    this.#child = spawn(nodePath(), [...HEAP, program], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const child = this.#child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#stderr.push(text));
    this.#client = connect(
      {
        send: (message) => child.send(message, () => undefined),
        onMessage: (listener) => child.on('message', listener),
      },
      engineApi,
    );
    this.#gone = new Promise((gone) => {
      const bury = (how: string): void => void this.#bury(how).then(gone, gone);
      child.once('error', (error) => bury(`could not be started: ${error.message}`));
      child.once('close', (code, signal) => bury(describeDeath(code, signal)));
    });
    this.#client.on('planned', ({ workFolder }) => (this.#workFolder = workFolder));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** @throws AppError of the job, or `engine-died` with the engine's last words */
  async upscale(request: UpscaleRequest, listeners: UpscaleListeners = {}): Promise<UpscaleResult> {
    if (listeners.onPlanned) this.#client.on('planned', listeners.onPlanned);
    if (listeners.onProgress) this.#client.on('progress', listeners.onProgress);
    if (listeners.onNotice) this.#client.on('notice', listeners.onNotice);
    if (listeners.onPause) this.#client.on('pause', listeners.onPause);
    if (listeners.onTiming) this.#client.on('timing', listeners.onTiming);
    const result = await this.#client.call('upscale', request);
    this.#workFolder = null;
    return result;
  }

  /** @returns whether the model is there; false when it was stopped */
  async search(request: SearchRequest, { onProgress, onNote }: SearchListeners): Promise<boolean> {
    this.#client.on('searchProgress', onProgress);
    this.#client.on('searchNote', onNote);
    return (await this.#client.call('search', request)).isFinished;
  }

  /** Any other call of the contract. */
  call<N extends Exclude<CallName<EngineApi>, 'upscale' | 'search' | 'cancel' | 'pause' | 'unpause'>>(
    name: N,
    input: CallInput<EngineApi, N>,
  ): Promise<CallOutput<EngineApi, N>> {
    return this.#client.call(name, input);
  }

  /** Holds the job after the frames that are being computed. Resolves once nothing is begun any more. */
  async pause(): Promise<void> {
    await this.#client.call('pause', null);
  }

  async unpause(): Promise<void> {
    await this.#client.call('unpause', null);
  }

  /** Stops the job at once; what does not stop by itself is killed. Only finished segments are left afterwards. */
  async cancel(withinMs = STOP_WITHIN_MS): Promise<void> {
    this.#cancelled = true;
    const timer = setTimeout(() => this.#killAll(), withinMs);
    await this.#client.call('cancel', null).catch(() => undefined);
    clearTimeout(timer);
    await this.close();
  }

  /** Ends the engine and all it started, and waits for it. */
  async close(): Promise<void> {
    this.#killAll();
    await this.#gone;
  }

  #killAll(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      // Its whole group, also where the engine itself is dead already.
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    } catch {
      // Nobody is left.
    }
  }

  async #bury(how: string): Promise<void> {
    this.#killAll();
    const kept = this.#workFolder === null ? NOTHING_KEPT : await settleWork(this.#workFolder);
    const details = { engine: ENGINE, lastLines: this.#stderr.lines() };
    const died = new AppError('engine-died', `expected the engine to end its job but it ${how}`, { details });
    this.#client.fail(this.#cancelled ? stoppedError(kept, died) : tellKept(died, kept));
  }
}

function describeDeath(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `ended with exit code ${String(code)}` : `was ended by ${signal}`;
}
