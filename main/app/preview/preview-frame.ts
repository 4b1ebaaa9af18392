/** Use case: one frame of a clip before and after, by the engine that would do the job. */
import type { PreviewPictures } from '../../contract/engine-messages.ts';
import { splitDevices } from '../../contract/messages.ts';
import type { UpscaleRequest } from '../../contract/messages.ts';
import { AppError } from '../../core/errors.ts';
import type { Frame } from '../../core/frame.ts';
import { frameToRgb } from '../../core/frame-to-rgb.ts';
import type { SessionLane } from '../../core/session-lane.ts';
import { openLane } from '../open-lane.ts';
import { prepareJob } from '../prepare-job.ts';
import type { Job } from '../prepare-job.ts';
import type { UpscaleAdapters } from '../upscale-adapters.ts';
import { writePair } from './frame-files.ts';
import type { ShownPair } from './frame-files.ts';

export interface PreviewRequest {
  readonly job: UpscaleRequest;
  readonly atSeconds: number;
  /** Where the two PNG files go. */
  readonly folder: string;
}

/** @throws AppError what a job would refuse with, or `wrong-usage` where the clip has no frame at that time */
export async function previewFrame(request: PreviewRequest, adapters: UpscaleAdapters): Promise<PreviewPictures> {
  const startMs = performance.now();
  const { folder, atSeconds } = request;
  const harmless = { outputPath: null, outputFolder: folder, statsPath: null, overwrite: true };
  const signal = new AbortController().signal;
  const wanted = { ...request.job, ...harmless, fromSeconds: atSeconds, toSeconds: null };
  const job = await prepareJob(wanted, adapters, signal);
  // The model is opened while ffmpeg seeks.
  const opening = openForOne(job, adapters);
  opening.catch(() => undefined);
  const frame = await readFirstFrame(job, adapters, atSeconds).catch(async (error: unknown) => {
    await opening.then(closeLane, () => undefined);
    throw error;
  });
  try {
    const lane = await opening;
    const pair = await upscaleOne(lane, frame);
    const { source, picture } = job.plan;
    const ptsSeconds = (frame.pts * source.timeBase.num) / source.timeBase.den;
    const degrees = picture.rotation.how === 'metadata' ? picture.rotation.degrees : 0;
    return await writePair(pair, { folder, ptsSeconds, startMs, runtime: lane.name, degrees });
  } finally {
    frame.close();
  }
}

async function readFirstFrame({ tools, media, plan }: Job, adapters: UpscaleAdapters, at: number): Promise<Frame> {
  const decoder = await adapters.openDecoder(tools, media, plan);
  try {
    for await (const frame of decoder.frames()) return frame;
  } finally {
    await decoder.close();
  }
  throw new AppError('wrong-usage', `expected a frame at ${at.toFixed(1)} s but the clip ends before`);
}

function openForOne({ request, model, plan, threads }: Job, adapters: UpscaleAdapters): Promise<SessionLane> {
  const runtime = adapters.createRuntime(splitDevices(request.device)[0]!);
  const clock = () => performance.now();
  return openLane({ runtime, model, plan, threads, arithmetic: request.arithmetic, clock });
}

const closeLane = (lane: SessionLane): Promise<void> => lane.close();

/** Both pictures; the lane is closed. */
async function upscaleOne(lane: SessionLane, frame: Frame): Promise<ShownPair> {
  try {
    const running = lane.run(frame);
    running.catch(() => undefined);
    // While the model computes in threads of its own.
    const before = frameToRgb(frame);
    const { frame: upscaled } = await running;
    try {
      return { before, after: frameToRgb(upscaled) };
    } finally {
      upscaled.close();
    }
  } finally {
    await lane.close();
  }
}
