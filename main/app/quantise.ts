/** Use case: the int8 file of a model, rounded after training or trained on under rounding, whichever validates better. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeOnnx } from '../../models/format/onnx.ts';
import type { Manifest } from '../../models/format/manifest.ts';
import { openTrainingSet } from '../../models/search/train/data/open-training-set.ts';
import type { TrainingSet, ValidationImage } from '../../models/search/train/data/training-set.ts';
import { buildInt8 } from '../../models/search/train/int8/build-int8.ts';
import { pickCalibrationSamples } from '../../models/search/train/int8/calibration.ts';
import { TRAINED_CLIPPED_SHARE, startFineTuning } from '../../models/search/train/int8/fine-tune.ts';
import { CLIPPED_SHARES, quantiseAfterTraining } from '../../models/search/train/int8/post-training.ts';
import { writeInt8 } from '../../models/search/train/int8/write-int8.ts';
import { runLoop } from '../../models/search/train/run/loop.ts';
import type { TrainingProgress } from '../../models/search/train/run/loop.ts';
import { RunFolder } from '../../models/search/train/run/run-folder.ts';
import { decodeState } from '../../models/search/train/run/state-codec.ts';
import type { TrainingState } from '../../models/search/train/run/state.ts';
import { AppError } from '../core/errors.ts';
import type { RuntimeModel } from '../core/runtime.ts';
import { validateThroughRuntime } from './compare/validate-through-runtime.ts';
import { loadModel, zooFolderOf } from './models.ts';
import { openSelfTeacher } from './self-teacher.ts';
import { degradationOf } from './training-degradation.ts';

export interface QuantiseRequest {
  /** A model of the zoo. */
  readonly model: string;
  readonly dataFolder: string;
  readonly cacheFolder: string;
  readonly trainFolder: string;
  /** Steps of training under rounding; 0 for none. */
  readonly steps: number;
  readonly rate: number;
  /** Of the f32 network's self-ensemble in what is learnt, 0 to 1; the rest is the image. */
  readonly teacherWeight: number;
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly onNote: (sentence: string) => void;
}

export type QuantiseReport = NonNullable<Manifest['quantisation']> & { readonly model: string };

/** LR pixels on a side of the patches: here more steps are worth more than larger ones. */
const PATCH = 32;
/** Steps until the rate is reached. */
const WARMUP_STEPS = 100;

interface Candidate {
  readonly onnx: Uint8Array;
  readonly clippedShare: number;
  readonly psnr: number;
}

/**
 * Writes `model.int8.onnx` and enters it into the manifest. All figures are of the validation split, through the runtime
 * that upscales clips.
 * @returns null when it was stopped, after a checkpoint
 */
export async function quantise(request: QuantiseRequest): Promise<QuantiseReport | null> {
  const { model: name, teacherWeight, onNote } = request;
  const folder = await zooFolderOf(name);
  const { scale, ...model } = await loadModel(name);
  if (scale === 1 || scale > 4) throw new AppError('wrong-usage', `expected a model of x2 to x4 but got x${scale}`);
  const trainedState = decodeState(await readFile(join(folder, 'train-state.bin')));
  const data = await openData(request, { ...model, scale }, trainedState);
  const measure = (onnxInt8?: Uint8Array): Promise<number> =>
    validateThroughRuntime({ ...model, scale, onnxInt8 }, data.validation);
  const f32 = await measure();
  onNote(`f32: ${f32.toFixed(4)} dB`);
  const after = await quantiseBest(model, data.training, measure, onNote);
  const trained = request.steps === 0 ? null : await fineTune(request, trainedState, data);
  if (trained === 'stopped') return null;
  const aware = trained === null ? null : { ...trained, psnr: await measure(trained.onnx) };
  if (aware !== null) onNote(`int8, trained ${aware.steps} steps under rounding: ${aware.psnr.toFixed(4)} dB`);
  const isAware = aware !== null && aware.psnr > after.psnr;
  const quantisation: NonNullable<Manifest['quantisation']> = {
    method: isAware ? 'quantisation-aware' : 'post-training',
    clippedShare: isAware ? TRAINED_CLIPPED_SHARE : after.clippedShare,
    steps: isAware ? aware.steps : 0,
    lrPixels: isAware ? aware.lrPixels : 0,
    ...(isAware && teacherWeight > 0 ? { teacherWeight } : {}),
    validation: { f32: round(f32), postTraining: round(after.psnr), int8: round(isAware ? aware.psnr : after.psnr) },
  };
  await writeInt8(folder, isAware ? aware.onnx : after.onnx, quantisation);
  return { model: name, ...quantisation };
}

interface Data {
  readonly training: TrainingSet;
  readonly validation: readonly ValidationImage[];
}

/** Pictures of the kind that the weights were trained on, with the teacher's outputs where something is learnt from them. */
async function openData(
  { steps, teacherWeight, dataFolder, cacheFolder, onNote }: QuantiseRequest,
  model: RuntimeModel,
  trained: TrainingState,
): Promise<Data> {
  const teacher = steps > 0 && teacherWeight > 0 ? openSelfTeacher(model, teacherWeight) : null;
  try {
    return await openTrainingSet({
      ...{ dataDir: dataFolder, cacheDir: cacheFolder, scale: trained.config.net.scale },
      degradation: await degradationOf(trained.config),
      ...(teacher === null ? {} : { teacher }),
      onProgress: (done, total) => {
        if (done === total || done % 100 === 0) onNote(`prepared ${done} of ${total} images`);
      },
    });
  } finally {
    await teacher?.close();
  }
}

async function quantiseBest(
  { onnx }: Omit<RuntimeModel, 'scale'>,
  training: TrainingSet,
  measure: (onnxInt8: Uint8Array) => Promise<number>,
  onNote: (sentence: string) => void,
): Promise<Candidate> {
  const samples = pickCalibrationSamples(training);
  let best: Candidate | null = null;
  for (const clippedShare of CLIPPED_SHARES) {
    const rounded = quantiseAfterTraining(onnx, samples, clippedShare);
    const candidate = { onnx: rounded, clippedShare, psnr: await measure(rounded) };
    onNote(`int8 after training, ${100 * clippedShare} % clipped: ${candidate.psnr.toFixed(4)} dB`);
    if (best === null || candidate.psnr > best.psnr) best = candidate;
  }
  return best!;
}

async function fineTune(
  request: QuantiseRequest,
  trained: TrainingState,
  { training, validation }: Data,
): Promise<'stopped' | { onnx: Uint8Array; steps: number; lrPixels: number }> {
  const { signal, onProgress } = request;
  const run = new RunFolder(request.trainFolder, `${request.model}-int8`);
  const state = await openState(request, run, trained, training);
  await run.claim();
  try {
    // A net that is being quantised is trained by graphs alone.
    const watch = {
      signal,
      openPass: null,
      onProgress,
      finishAtMs: null,
      reportEveryMs: 10_000,
      checkpointEveryMs: 60_000,
    };
    const isFinished = await runLoop({ state, folder: run, training, validation, ...watch });
    if (!isFinished) return 'stopped';
    return { onnx: encodeOnnx(await buildInt8(state)), steps: state.step, lrPixels: state.lrPixels };
  } finally {
    await run.release();
  }
}

async function openState(
  { resume, steps, rate }: QuantiseRequest,
  run: RunFolder,
  trained: TrainingState,
  training: TrainingSet,
): Promise<TrainingState> {
  if (resume) return run.load();
  if (run.hasCheckpoint()) {
    throw new AppError('output-exists', `expected a new run but ${run.path} holds a training; use --resume`);
  }
  const samples = pickCalibrationSamples(training);
  const options = { steps, rate, patch: PATCH, warmupSteps: WARMUP_STEPS, clippedShare: TRAINED_CLIPPED_SHARE };
  return startFineTuning(trained, { ...options, samples });
}

function round(psnr: number): number {
  return Math.round(psnr * 1e4) / 1e4;
}
