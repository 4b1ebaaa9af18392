/** Use case: one clip in, one upscaled clip out. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FfmpegTools } from '../adapters/ffmpeg/tools.ts';
import type { Planned, Progress, UpscaleRequest, UpscaleResult } from '../contract/messages.ts';
import { describeBottleneck } from '../core/bottleneck.ts';
import { Dispatcher } from '../core/dispatcher.ts';
import { AppError } from '../core/errors.ts';
import type { Lane } from '../core/lane.ts';
import type { MediaInfo } from '../core/media.ts';
import type { OutputPlan } from '../core/output-plan.ts';
import { runPipeline } from '../core/pipeline.ts';
import { SegmentWriter } from '../core/segmenter.ts';
import { estimateFrames } from './estimate-frames.ts';
import { explainWriteError } from './fs-errors.ts';
import { Journal, identifyFile } from './journal.ts';
import type { JobIdentity } from './journal.ts';
import { JobMeter } from './job-meter.ts';
import type { LoadedModel } from './models.ts';
import { noteOnColour, openLane } from './open-lane.ts';
import { checkOutputPlace, publish } from './output-place.ts';
import { WatchedSource } from './source-watch.ts';
import { writeStats } from './stats-file.ts';
import { chooseThreads } from './threads.ts';
import type { UpscaleAdapters } from './upscale-adapters.ts';
import { openWorkFolder } from './work-folder.ts';
import type { WorkFolder } from './work-folder.ts';

export interface UpscaleContext {
  readonly adapters: UpscaleAdapters;
  readonly signal: AbortSignal;
  readonly onPlanned: (planned: Planned) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly onNote: (note: string) => void;
}

/** Frames held between the lanes' slots and the encoder: one being written, one waiting, one being read. */
const WINDOW_BEYOND_SLOTS = 3;

/** What is known before the first frame. */
interface Job {
  readonly request: UpscaleRequest;
  readonly tools: FfmpegTools;
  readonly media: MediaInfo;
  readonly model: LoadedModel;
  readonly plan: OutputPlan;
  readonly threads: number;
  readonly notes: readonly string[];
}

/**
 * Locate → probe → model → plan → run → join → check → rename. Whatever goes wrong, nothing of it stays on the disk.
 * @throws AppError with one sentence for a person
 */
export async function upscale(request: UpscaleRequest, context: UpscaleContext): Promise<UpscaleResult> {
  const meter = new JobMeter(context.onProgress);
  try {
    const job = await prepare(request, context);
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

async function prepare(request: UpscaleRequest, { adapters, signal }: UpscaleContext): Promise<Job> {
  const { inputPath, outputPath, codec, crf, preset, fromSeconds, toSeconds, segmentFrames } = request;
  const tools = await adapters.locateFfmpeg();
  const media = await adapters.probeMedia(tools, inputPath, { signal });
  const model = await adapters.loadModel(request.model, request.scale);
  const wanted = { inputPath, outputPath, codec, crf, preset, fromSeconds, toSeconds, segmentFrames };
  const outputRequest = { ...wanted, scale: model.scale, modelColour: model.colour };
  const plan = placeOutput(adapters.planOutput(media, outputRequest, tools.capabilities), request);
  await checkOutputPlace(inputPath, plan.outputPath, request.overwrite);
  signal.throwIfAborted();
  const colourNote = noteOnColour(model, plan);
  const notes = colourNote === null ? plan.notes : [...plan.notes, colourNote];
  return { request, tools, media, model, plan, threads: chooseThreads(request.threads), notes };
}

/** Into the folder that the person named, where they named one but no file. */
function placeOutput(plan: OutputPlan, { outputPath, outputFolder }: UpscaleRequest): OutputPlan {
  if (outputPath !== null || outputFolder === null) return plan;
  return { ...plan, outputPath: join(outputFolder, basename(plan.outputPath)) };
}

async function produce(job: Job, folder: WorkFolder, meter: JobMeter, context: UpscaleContext): Promise<UpscaleResult> {
  const { request, tools, media, model, plan, threads } = job;
  const { adapters, signal } = context;
  const runtime = adapters.createRuntime(request.device);
  const lane = await openLane({ runtime, model, plan, threads, clock: meter.clock, onNote: context.onNote });
  try {
    const journal = await Journal.create(folder.path, await identify(job, lane));
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
    const closing = lane.close();
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
  const dispatcher = new Dispatcher([lane], meter.clock);
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
  return { frames, isBlack: source.isBlack };
}

async function identify({ media, model, tools, plan }: Job, lane: Lane): Promise<JobIdentity> {
  const sha256 = createHash('sha256').update(model.onnx).digest('hex');
  return {
    input: await identifyFile(media.path),
    model: { name: model.name, sha256 },
    runtime: lane.name,
    arithmetic: lane.arithmetic,
    ffmpegVersion: tools.capabilities.version,
    plan,
  };
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
    notes: [...notes],
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
