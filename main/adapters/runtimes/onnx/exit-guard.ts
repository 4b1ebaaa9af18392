/**
 * A process that exits while a thread is inside onnxruntime is aborted by the library with a stack trace. So a thread
 * says when it is inside, and the process's exit waits for it to come out; between two calls the thread is told to stop.
 */

/** Two flags in shared memory: inside the library; told to stop. */
export type ExitFlags = Int32Array<SharedArrayBuffer>;

const INSIDE = 0;
const STOP = 1;

/** A single call: one tile of a picture, or loading a model. */
const LONGEST_WAIT_MS = 10_000;

const watched = new Set<ExitFlags>();

export function createExitFlags(): ExitFlags {
  return new Int32Array(new SharedArrayBuffer(8));
}

/** From now on this process's exit waits for the thread that has these flags. */
export function watchFlags(flags: ExitFlags): void {
  if (watched.size === 0) process.on('exit', waitForAll);
  watched.add(flags);
}

export function unwatchFlags(flags: ExitFlags): void {
  watched.delete(flags);
  if (watched.size === 0) process.off('exit', waitForAll);
}

/** In the thread: marks the time inside the library. Never returns once the process is exiting. */
export async function insideLibrary<T>(flags: ExitFlags, call: () => Promise<T>): Promise<T> {
  Atomics.store(flags, INSIDE, 1);
  // Written before STOP is read, and the other way round by the waiting side: one of the two sees the other.
  if (Atomics.load(flags, STOP) === 1) {
    leave(flags);
    return new Promise<never>(() => undefined);
  }
  try {
    return await call();
  } finally {
    leave(flags);
  }
}

function leave(flags: ExitFlags): void {
  Atomics.store(flags, INSIDE, 0);
  Atomics.notify(flags, INSIDE);
}

function waitForAll(): void {
  for (const flags of watched) Atomics.store(flags, STOP, 1);
  for (const flags of watched) Atomics.wait(flags, INSIDE, 1, LONGEST_WAIT_MS);
}
