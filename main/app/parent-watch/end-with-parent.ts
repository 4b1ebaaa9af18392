import { Worker } from 'node:worker_threads';

export interface ParentWatchOptions {
  /** How long this process may take to end by itself once its parent is gone. */
  readonly patienceMs: number;
}

/**
 * Sees to it that this process and all it started end with the process that started it, on every platform, also where a
 * driver's call blocks the event loop so that the closed channel is never noticed. A thread looks whether the parent is
 * still there: Node has neither Linux's PR_SET_PDEATHSIG nor the job objects of Windows.
 */
export function endWithParent({ patienceMs }: ParentWatchOptions): void {
  const parent = process.ppid;
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { parent, patienceMs } });
  worker.unref();
  // Without it the closed channel is still noticed by whoever listens for it.
  worker.on('error', () => undefined);
}
