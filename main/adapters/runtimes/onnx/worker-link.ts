import { Worker } from 'node:worker_threads';
import { AppError } from '../../../core/errors.ts';
import type { FromWorker, ToWorker, WorkerStart } from './protocol.ts';

/** One worker thread, one question at a time. The thread's death fails the open question and all later ones. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #death: AppError | null = null;
  #pending: { resolve: (message: FromWorker) => void; reject: (error: AppError) => void } | null = null;

  private constructor(start: WorkerStart) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: start });
    this.#worker.on('message', (message: FromWorker) => {
      const pending = this.#pending;
      this.#pending = null;
      pending?.resolve(message);
    });
    this.#worker.on('error', (cause: Error) => this.#die(`it failed: ${cause.message}`, cause));
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#die(`it ended with exit code ${code}`);
        resolve();
      });
    });
  }

  /** Starts the thread and waits for its first word. @throws AppError `runtime-failed` */
  static async start(start: WorkerStart): Promise<{ link: WorkerLink; first: FromWorker }> {
    const link = new WorkerLink(start);
    return { link, first: await link.#answer() };
  }

  /** @throws AppError `runtime-failed` when the thread is gone or dies, or when a question is open */
  async ask(message: ToWorker): Promise<FromWorker> {
    if (this.#death !== null) throw this.#death;
    if (this.#pending !== null) throw new AppError('internal', 'expected one run at a time but got a second');
    this.#worker.postMessage(message);
    return this.#answer();
  }

  /** Waits for the open question, lets the thread release what it holds, and joins it. Never throws. */
  async close(): Promise<void> {
    if (this.#death === null) this.#worker.postMessage({ type: 'close' } satisfies ToWorker);
    await this.#exited;
  }

  #answer(): Promise<FromWorker> {
    if (this.#death !== null) return Promise.reject(this.#death);
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
    });
  }

  #die(how: string, cause?: unknown): void {
    this.#death ??= new AppError('runtime-failed', `expected the onnxruntime thread to stay alive but ${how}`, {
      cause,
    });
    this.#pending?.reject(this.#death);
    this.#pending = null;
  }
}
