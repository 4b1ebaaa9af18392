import type { TrainingProgress } from '../../../app/train.ts';

/** @returns one line: step, phase, rate, loss, validation, LR pixels seen, speed, time left */
export function describeProgress(p: TrainingProgress): string {
  const parts = [
    `step ${p.step}/${p.totalSteps}${p.isDecaying ? ' decaying' : ''}`,
    `rate ${p.rate.toExponential(2)}`,
    `loss ${p.loss.toFixed(5)}`,
    ...(p.validationPsnr === null ? [] : [`validation ${p.validationPsnr.toFixed(3)} dB`]),
    `${(p.lrPixels / 1e6).toFixed(1)} M LR pixels`,
    `${p.msPerStep.toFixed(1)} ms/step`,
    `${describeSeconds(p.secondsLeft)} left`,
  ];
  return parts.join('  ');
}

function describeSeconds(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
