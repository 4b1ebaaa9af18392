import { AppError } from './errors.ts';
import type { PauseGate } from './pause-gate.ts';
import type { RuntimeSession } from './runtime.ts';

/**
 * A session that is closed while the gate is shut and opened again for the first picture after it: a paused job holds no
 * device, no threads and no memory of the model. What is being computed is finished first.
 * @param open opens the session, each time in the same way
 * @throws AppError `runtime-failed` from `run` where another session comes back than was there before
 */
export async function openRestedSession(open: () => Promise<RuntimeSession>, gate: PauseGate): Promise<RuntimeSession> {
  const first = await open();
  const { arithmetic, slots, servedBy, note, build } = first;
  let current: Promise<RuntimeSession> | null = Promise.resolve(first);
  let closing: Promise<void> = Promise.resolve();
  let running = 0;
  let isOver = false;

  function rest(): void {
    if (current === null || running > 0) return;
    const resting = current;
    current = null;
    // A session that fails to close is gone all the same; one that failed to open was told to whoever ran it.
    closing = resting.then((session) => session.close()).catch(() => undefined);
  }

  async function reopen(): Promise<RuntimeSession> {
    await closing;
    const session = await open();
    if (session.arithmetic === arithmetic && session.servedBy === servedBy && session.build === build) return session;
    await session.close();
    throw new AppError('runtime-failed', 'expected the device to be as it was before the pause but it is another');
  }

  const unwatch = gate.onShut(rest);
  return {
    arithmetic,
    ...(slots === undefined ? {} : { slots }),
    ...(servedBy === undefined ? {} : { servedBy }),
    ...(note === undefined ? {} : { note }),
    ...(build === undefined ? {} : { build }),
    run: async (input, output, onTimes) => {
      if (isOver) throw new AppError('runtime-failed', 'expected an open session but it was closed');
      running += 1;
      try {
        const session = await (current ??= reopen());
        await session.run(input, output, onTimes);
      } finally {
        running -= 1;
        if (gate.isPaused) rest();
      }
    },
    close: async () => {
      isOver = true;
      unwatch();
      const last = current;
      current = null;
      await closing;
      await (await last?.catch(() => null))?.close();
    },
  };
}
