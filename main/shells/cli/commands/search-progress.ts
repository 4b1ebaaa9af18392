import type { StageProgress } from '../../../app/search.ts';

/** @returns one line: stage, how far, what it found, time left */
export function describeStage({ stage, done, total, detail, secondsLeft }: StageProgress): string {
  const left = secondsLeft === null ? '' : `  ${describeSeconds(secondsLeft)} left`;
  return `${stage} ${done}/${total}  ${detail}${left}`;
}

function describeSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
