import { availableParallelism } from 'node:os';

/** Threads of the model's computation. */
export function chooseThreads(wanted: number | null): number {
  return wanted ?? availableParallelism();
}
