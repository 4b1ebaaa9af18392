/** How long the model alone will take, measured on a small picture before a long job, and whether a faster one is worth a thought. */
import { durationInWords } from '../core/duration-words.ts';
import type { Plane } from '../core/frame.ts';
import { pixelFormatInfo } from '../core/pixel-format.ts';
import type { Runtime, RuntimeModel, RuntimeOptions, RuntimeSession } from '../core/runtime.ts';
import type { Job } from './prepare-job.ts';
import type { UpscaleAdapters } from './upscale-adapters.ts';

/** Shorter jobs are over before anyone would have chosen otherwise. */
const FEWEST_FRAMES = 250;
/** From here on a faster model is offered. */
const LONG_SECONDS = 600;
/** The faster model has to save at least this share. */
const WORTH_SAVING = 1 / 3;
/** Input samples of the picture that is timed. */
const TRIAL = { width: 320, height: 180 } as const;
const ROUNDS = 2;
/** Devices that are this computer's processor alone. */
const PROCESSOR = new Set(['auto', 'cpu']);

type Tools = Pick<UpscaleAdapters, 'createRuntime' | 'loadModel'>;

/**
 * @param frames of the whole job that are left to do; null where nobody knows
 * @returns sentences for a person: nothing for short jobs, and for devices that pictures travel to
 */
export async function expectTime(job: Job, tools: Tools, frames: number | null): Promise<string[]> {
  const { request, model } = job;
  if (frames === null || frames < FEWEST_FRAMES || !PROCESSOR.has(request.device)) return [];
  const seconds = await secondsOf(job, tools, model, frames);
  const about = `The model alone will take about ${durationInWords(seconds)} for ${frames} frames on this computer`;
  const faster = seconds < LONG_SECONDS ? null : await fasterModel(job, tools);
  if (faster === null) return [`${about}.`];
  const less = await secondsOf(job, tools, faster, frames);
  if (less > seconds * (1 - WORTH_SAVING)) return [`${about}.`];
  return [`${about}; ${faster.name} (--quality fast) would take about ${durationInWords(less)}.`];
}

/** The fast model of the scale, unless it is the one, or the person named a model. */
async function fasterModel({ request, model }: Job, { loadModel }: Tools): Promise<RuntimeModel | null> {
  if (request.model !== null) return null;
  const fast = await loadModel({ name: null, scale: model.scale, quality: 'fast' });
  return fast.name === model.name ? null : fast;
}

async function secondsOf(job: Job, tools: Tools, model: RuntimeModel, frames: number): Promise<number> {
  const { request, plan, threads } = job;
  const { width, height, pixelFormat } = plan.source;
  const { bitDepth } = pixelFormatInfo(pixelFormat);
  const { arithmetic } = request;
  const options = { threads, ...(arithmetic === null ? {} : { arithmetic }) };
  const perSample = await secondsPerSample(tools.createRuntime(request.device), model, bitDepth, options);
  return frames * width * height * perSample;
}

/** As jobs run: as many pictures at once as the session takes. The first round warms up. */
async function secondsPerSample(
  runtime: Runtime,
  model: RuntimeModel,
  bitDepth: number,
  options: RuntimeOptions,
): Promise<number> {
  const session = await runtime.open(model, { ...TRIAL, bitDepth, scale: model.scale }, options);
  try {
    const { slots = 1 } = session;
    const pictures = Array.from({ length: slots }, (_, seed) => trialPicture(model, bitDepth, seed + 1));
    let least = Infinity;
    for (let round = 0; round <= ROUNDS; round++) {
      const seconds = await timeRound(session, pictures);
      if (round > 0) least = Math.min(least, seconds);
    }
    return least / (slots * TRIAL.width * TRIAL.height);
  } finally {
    await session.close();
  }
}

interface Trial {
  readonly input: readonly Plane[];
  readonly output: readonly Plane[];
}

async function timeRound(session: RuntimeSession, pictures: readonly Trial[]): Promise<number> {
  const since = performance.now();
  await Promise.all(pictures.map(({ input, output }) => session.run(input, output)));
  return (performance.now() - since) / 1000;
}

/** Noise: an engine may skip what stands still or is flat. */
function trialPicture({ colour, scale }: RuntimeModel, bitDepth: number, seed: number): Trial {
  const planes = colour === 'rgb' ? 3 : 1;
  const { width, height } = TRIAL;
  const make = (w: number, h: number): Plane[] =>
    Array.from({ length: planes }, () => ({ data: emptySamples(bitDepth, w * h), stride: w, width: w, height: h }));
  const input = make(width, height);
  let state = seed;
  for (const { data } of input) {
    for (let i = 0; i < data.length; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      data[i] = state >>> (32 - bitDepth);
    }
  }
  return { input, output: make(width * scale, height * scale) };
}

/** In shared memory, since some runtimes compute in a thread of their own. */
function emptySamples(bitDepth: number, length: number): Plane['data'] {
  return bitDepth > 8
    ? new Uint16Array(new SharedArrayBuffer(2 * length))
    : new Uint8Array(new SharedArrayBuffer(length));
}
