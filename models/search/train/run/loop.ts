import type { TrainingSet, ValidationImage } from '../data/training-set.ts';
import { buildInt8 } from '../int8/build-int8.ts';
import type { OpenPass } from './pass.ts';
import type { RunFolder } from './run-folder.ts';
import { isDecaying, planDecayFrom, rateAt, totalSteps } from './schedule.ts';
import { chooseBackend } from './session.ts';
import { bestParameters } from './state.ts';
import type { TrainingState } from './state.ts';
import { Trainer } from './trainer.ts';
import { cutMiddle, validate, validateModel } from './validate.ts';

/** LR pixels on a side of what quick validation looks at, in each validation image. */
const VALIDATION_SIDE = 128;

export interface LoopOptions {
  readonly state: TrainingState;
  readonly folder: RunFolder;
  readonly training: TrainingSet;
  readonly validation: readonly ValidationImage[];
  readonly signal: AbortSignal;
  /** Convolutions that are faster than a graph's; null where there are none. */
  readonly openPass: OpenPass | null;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly reportEveryMs: number;
  readonly checkpointEveryMs: number;
  /** Starts the decay early enough to end about then (milliseconds since 1970). */
  readonly finishAtMs: number | null;
  readonly now?: () => number;
}

export interface TrainingProgress {
  readonly step: number;
  readonly totalSteps: number;
  readonly isDecaying: boolean;
  readonly rate: number;
  /** Mean since the last report. */
  readonly loss: number;
  /** dB, of the moving average; null between validations. */
  readonly validationPsnr: number | null;
  readonly lrPixels: number;
  readonly msPerStep: number;
  readonly secondsLeft: number;
}

/** Trains until the plan's last step or until the signal, which leaves a checkpoint behind. @returns false if stopped */
export async function runLoop(options: LoopOptions): Promise<boolean> {
  const { state, folder, signal } = options;
  const now = options.now ?? Date.now;
  const trainer = new Trainer(state, options.training, await chooseBackend(options.openPass));
  const images = options.validation.map((image) => cutMiddle(image, VALIDATION_SIDE, state.config.net.scale));
  const meter = new Meter(state, now);
  let checkpointAt = now() + options.checkpointEveryMs;
  let reportAt = now() + options.reportEveryMs;
  try {
    while (state.step < totalSteps(state.plan) && !signal.aborted) {
      meter.add(await trainer.step());
      if (now() < reportAt && state.step < totalSteps(state.plan)) continue;
      const isDue = now() >= checkpointAt || state.step >= totalSteps(state.plan);
      if (isDue) await folder.save(state);
      await startDecayWhenDue(options, meter.msPerStep, now());
      const psnr = isDue && images.length > 0 ? await validateState(state, images) : null;
      const progress = meter.report(psnr, options.finishAtMs);
      await folder.log({ time: new Date(now()).toISOString(), ...progress });
      options.onProgress(progress);
      reportAt = now() + options.reportEveryMs;
      if (isDue) checkpointAt = now() + options.checkpointEveryMs;
    }
    await folder.save(state);
    return !signal.aborted;
  } finally {
    await trainer.close();
  }
}

/** Of a net that is being quantised, the int8 network. */
async function validateState(state: TrainingState, images: readonly ValidationImage[]): Promise<number> {
  if (state.config.net.quantize) return validateModel(await buildInt8(state), state.config.net.scale, images);
  return validate(state.config.net, bestParameters(state), state.vectors.mask, images);
}

/** On request, or when the rest of the time is just what a decay of a fifth of all steps would take. */
async function startDecayWhenDue(options: LoopOptions, msPerStep: number, nowMs: number): Promise<void> {
  const { state, folder, finishAtMs } = options;
  const isAsked = await folder.takeDecayRequest();
  if (isDecaying(state.plan, state.step)) return;
  const plan = planDecayFrom(state.step);
  const { patch, decayPatch } = state.config.schedule;
  const decayMs = plan.steps * msPerStep * (decayPatch / patch) ** 2;
  const isTime = finishAtMs !== null && nowMs + decayMs >= finishAtMs;
  if (isAsked || isTime) state.plan = plan;
}

/** Loss and time per step since the last report. */
class Meter {
  readonly #state: TrainingState;
  readonly #now: () => number;
  #since: number;
  #loss = 0;
  #durations: number[] = [];
  msPerStep = 0;

  constructor(state: TrainingState, now: () => number) {
    this.#state = state;
    this.#now = now;
    this.#since = now();
  }

  add(loss: number): void {
    this.#loss += loss;
    const time = this.#now();
    this.#durations.push(time - this.#since);
    this.#since = time;
  }

  report(validationPsnr: number | null, finishAtMs: number | null): TrainingProgress {
    const { config, plan, step } = this.#state;
    const loss = this.#loss / Math.max(1, this.#durations.length);
    // The median, smoothed: a training may have been paused, and on a shared machine the figure jumps.
    const current = this.#durations.toSorted((a, b) => a - b)[this.#durations.length >> 1] ?? this.msPerStep;
    this.msPerStep = this.msPerStep === 0 ? current : 0.7 * this.msPerStep + 0.3 * current;
    this.#loss = 0;
    this.#durations = [];
    this.#since = this.#now();
    const { schedule } = config;
    const total = totalSteps(plan);
    const stepsLeft = total - step;
    const large = (schedule.decayPatch / schedule.patch) ** 2;
    const late = Math.min(stepsLeft, plan.steps);
    const weighted = isDecaying(plan, step) ? stepsLeft : stepsLeft - late + late * large;
    const byTime = finishAtMs === null || isDecaying(plan, step) ? Infinity : finishAtMs - this.#now();
    return {
      step,
      totalSteps: total,
      isDecaying: isDecaying(plan, step),
      rate: rateAt(schedule, plan, step),
      loss,
      validationPsnr,
      lrPixels: this.#state.lrPixels,
      msPerStep: this.msPerStep,
      secondsLeft: Math.max(0, Math.min((weighted * this.msPerStep) / 1000, byTime / 1000)),
    };
  }
}
