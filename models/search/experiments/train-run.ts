import type { StageContext } from '../stages/stage.ts';
import { runLoop } from '../train/run/loop.ts';
import type { RunFolder } from '../train/run/run-folder.ts';
import type { TrainingState } from '../train/run/state.ts';

/**
 * Trains one network of an experiment to its end, from its checkpoint where there is one.
 * @returns null when it was stopped; the next call goes on
 */
export async function trainRun(
  { training, validation, signal, openPass }: StageContext,
  folder: RunFolder,
  start: () => TrainingState,
): Promise<TrainingState | null> {
  const state = folder.hasCheckpoint() ? await folder.load() : start();
  await folder.claim();
  try {
    const isFinished = await runLoop({
      state,
      folder,
      training,
      validation: validation.slice(0, 1),
      signal,
      openPass,
      finishAtMs: null,
      reportEveryMs: 30_000,
      checkpointEveryMs: 60_000,
      onProgress: () => undefined,
    });
    return isFinished ? state : null;
  } finally {
    await folder.release();
  }
}
