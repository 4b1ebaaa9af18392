/** Use case: one clip in, one upscaled clip out. */
import { stat } from 'node:fs/promises';
import type { Planned, Progress, UpscaleRequest, UpscaleResult } from '../contract/messages.ts';
import { describeBottleneck } from '../core/bottleneck.ts';
import { Dispatcher } from '../core/dispatcher.ts';
import { AppError } from '../core/errors.ts';
import type { Lane } from '../core/lane.ts';
import { runPipeline } from '../core/pipeline.ts';
import { SegmentWriter } from '../core/segmenter.ts';
import type { TimingSlice } from '../core/timing-slices.ts';
import { estimateFrames } from './estimate-frames.ts';
import { explainWriteError } from './fs-errors.ts';
import { Journal } from './journal.ts';
import { JobMeter } from './job-meter.ts';
import { openLane } from './open-lane.ts';
import { publish } from './output-place.ts';
import type { FrameTap } from './preview/frame-tap.ts';
import { identifyJob, prepareJob } from './prepare-job.ts';
import type { Job } from './prepare-job.ts';
import { WatchedSource } from './source-watch.ts';
import { writeStats } from './stats-file.ts';
import type { UpscaleAdapters } from './upscale-adapters.ts';
import { openWorkFolder } from './work-folder.ts';
import type { WorkFolder } from './work-folder.ts';

export interface UpscaleContext {
  readonly adapters: UpscaleAdapters;
  readonly signal: AbortSignal;
  readonly onPlanned: (planned: Planned) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly onTiming?: ((slice: TimingSlice) => void) | undefined;
  /** Lets somebody look at frames as they are finished. */
  readonly tap?: FrameTap | undefined;
}

/** Frames held between the lanes' slots and the encoder: one being written, one waiting, one being read. */
const WINDOW_BEYOND_SLOTS = 3;

/**
 * Locate → probe → model → plan → run → join → check → rename. Whatever goes wrong, nothing of it stays on the disk.
 * @throws AppError with one sentence for a person
 */
export async function upscale(request: UpscaleRequest, context: UpscaleContext): Promise<UpscaleResult> {
  const meter = new JobMeter(context.onProgress, context.onTiming);
  try {
    const job = await prepareJob(request, context.adapters, context.signal);
    const folder = await openWorkFolder(job.plan.outputPath);
    try {
      return await produce(job, folder, meter, context);
    } catch (error) {
      throw explainWriteError(error, job.plan.outputPath);
    } finally {
      await folder.remove();
    }
  } catch (error) {
    throw context.signal.aborted ? asInterrupted(context.signal.reason) : error;
  } finally {
    meter.stop();
  }
}

async function produce(job: Job, folder: WorkFolder, meter: JobMeter, context: UpscaleContext): Promise<UpscaleResult> {
  const { request, tools, media, model, plan, threads } = job;
  const { adapters, signal } = context;
  const runtime = adapters.createRuntime(request.device);
  const lane = await openLane({ runtime, model, plan, threads, clock: meter.clock });
  try {
    const journal = await Journal.create(folder.path, await identifyJob(job, lane));
    const totalFrames = estimateFrames(media, request.fromSeconds, request.toSeconds);
    context.onPlanned({ ...describeJob(job, lane), workFolder: folder.path, threads, totalFrames });
    const { frames, isBlack } = await runFrames(job, { lane, folder, journal, meter, totalFrames }, context);
    meter.enter('joining');
    const paths = journal.segments.map(({ segment }) => folder.segmentPath(segment));
    await adapters.joinSegments(tools, media, plan, paths, folder.joinedPath, { signal });
    meter.enter('checking');
    await adapters.verifyOutput(tools, plan, folder.joinedPath, { frames, sourceIsBlack: isBlack }, { signal });
    if (request.statsPath !== null) await writeStats(request.statsPath, meter.stats.rows());
    signal.throwIfAborted();
    await publish(folder.joinedPath, plan.outputPath, request.overwrite);
    return await report(job, lane, frames, meter);
  } finally {
    // A picture in the works cannot be called back, and a job that stops waits for nobody.
    const closing = lane.close().catch(() => undefined);
    if (!signal.aborted) await closing;
  }
}

interface Running {
  readonly lane: Lane;
  readonly folder: WorkFolder;
  readonly journal: Journal;
  readonly meter: JobMeter;
  readonly totalFrames: number | null;
}

async function runFrames(
  job: Job,
  running: Running,
  context: UpscaleContext,
): Promise<{ frames: number; isBlack: boolean }> {
  const { tools, media, plan } = job;
  const { lane, folder, journal, meter, totalFrames } = running;
  const { adapters, signal } = context;
  const dispatcher = new Dispatcher([context.tap?.watch(lane, plan) ?? lane], meter.clock);
  const sink = new SegmentWriter({
    segmentFrames: plan.segmentFrames,
    expectedFrames: totalFrames,
    openSegment: (segment) =>
      adapters.openEncoder(tools, plan, { segmentIndex: segment, path: folder.segmentPath(segment), signal }),
    onSegment: (segment, summary) => journal.enter(segment, folder.segmentPath(segment), summary),
  });
  const source = new WatchedSource(await adapters.openDecoder(tools, media, plan, { signal }));
  meter.start(totalFrames);
  const window = dispatcher.slots + WINDOW_BEYOND_SLOTS;
  const onRow = meter.add.bind(meter);
  const { frames } = await runPipeline({ source, dispatcher, sink, window, clock: meter.clock, signal, onRow });
  meter.endPipeline();
  if (frames === 0) throw new AppError('wrong-usage', 'expected frames between --from and --to but there are none');
  return { frames, isBlack: source.isBlack };
}

/** What the announcement and the report share. */
function describeJob({ plan, model, notes }: Job, lane: Lane) {
  const { source, picture, outputPath } = plan;
  return {
    outputPath,
    from: { width: source.width, height: source.height },
    to: { width: picture.codedWidth, height: picture.codedHeight },
    model: model.name,
    runtime: lane.name,
    notes: lane.note === undefined ? [...notes] : [...notes, lane.note],
  };
}

async function report(job: Job, lane: Lane, frames: number, meter: JobMeter): Promise<UpscaleResult> {
  const stages = meter.stats.summarise();
  const wallSeconds = meter.wallSeconds();
  return {
    ...describeJob(job, lane),
    inputPath: job.request.inputPath,
    outputBytes: (await stat(job.plan.outputPath)).size,
    frames,
    wallSeconds,
    pipelineSeconds: meter.pipelineSeconds(),
    framesPerSecond: frames / wallSeconds,
    stages,
    bottleneck: describeBottleneck(stages, meter.pipelineSeconds() * 1000, 1),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

function asInterrupted(reason: unknown): AppError {
  return new AppError('interrupted', 'the job was stopped before its end', { cause: reason });
}
