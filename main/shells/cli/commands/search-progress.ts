import { durationInWords } from '../../../core/duration-words.ts';
import type { StageProgress } from '../../../app/search.ts';

/** @returns one line: stage, how far, what it found, time left */
export function describeStage({ stage, done, total, detail, secondsLeft }: StageProgress): string {
  const left = secondsLeft === null ? '' : `  ${durationInWords(secondsLeft)} left`;
  return `${stage} ${done}/${total}  ${detail}${left}`;
}
