import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where trainings of ours keep their process ids: `.train/<run>/pid`. */
const trainFolder = join(import.meta.dirname, '..', '..', '.train');

function runningTrainings(): number[] {
  if (!existsSync(trainFolder)) return [];
  return readdirSync(trainFolder)
    .map((run) => join(trainFolder, run, 'pid'))
    .filter((file) => existsSync(file))
    .map((file) => Number(readFileSync(file, 'utf8')))
    .filter((pid) => Number.isInteger(pid) && pid > 1);
}

function signalAll(signal: 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of runningTrainings()) {
    try {
      process.kill(pid, signal);
    } catch {
      // The training ended meanwhile: nothing to pause.
    }
  }
}

/** Runs `work` while trainings of ours stand still (two busy cores spoil every ratio); they go on whatever happens. */
export async function withTrainingsPaused<T>(work: () => Promise<T>): Promise<T> {
  const goOn = () => signalAll('SIGCONT');
  const stop = () => process.exit(130);
  process.once('exit', goOn);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  signalAll('SIGSTOP');
  try {
    return await work();
  } finally {
    goOn();
    process.off('exit', goOn);
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
