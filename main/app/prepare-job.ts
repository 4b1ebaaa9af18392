import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import type { FfmpegTools } from '../adapters/ffmpeg/tools.ts';
import type { UpscaleRequest } from '../contract/messages.ts';
import type { Lane } from '../core/lane.ts';
import type { MediaInfo } from '../core/media.ts';
import type { OutputPlan } from '../core/output-plan.ts';
import { identifyFile } from './journal.ts';
import type { JobIdentity } from './journal.ts';
import type { LoadedModel } from './models.ts';
import { noteOnColour } from './open-lane.ts';
import { checkOutputPlace } from './output-place.ts';
import { chooseThreads } from './threads.ts';
import type { UpscaleAdapters } from './upscale-adapters.ts';

/** What is known before the first frame. */
export interface Job {
  readonly request: UpscaleRequest;
  readonly tools: FfmpegTools;
  readonly media: MediaInfo;
  readonly model: LoadedModel;
  readonly plan: OutputPlan;
  readonly threads: number;
  readonly notes: readonly string[];
}

/** Locate → probe → model → plan, and a look at the output's place: everything that can be refused before any work. */
export async function prepareJob(
  request: UpscaleRequest,
  adapters: UpscaleAdapters,
  signal: AbortSignal,
): Promise<Job> {
  const { inputPath, outputPath, codec, crf, preset, fromSeconds, toSeconds, segmentFrames } = request;
  const tools = await adapters.locateFfmpeg();
  const media = await adapters.probeMedia(tools, inputPath, { signal });
  const model = await adapters.loadModel(request.model, request.scale);
  const wanted = { inputPath, outputPath, codec, crf, preset, fromSeconds, toSeconds, segmentFrames };
  const outputRequest = { ...wanted, scale: model.scale, modelColour: model.colour };
  const plan = placeOutput(adapters.planOutput(media, outputRequest, tools.capabilities), request);
  for (const path of [plan.outputPath, request.statsPath]) {
    if (path !== null) await checkOutputPlace(inputPath, path, request.overwrite);
  }
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

/** All that decides the output's bytes, for the journal. */
export async function identifyJob({ media, model, tools, plan }: Job, lane: Lane): Promise<JobIdentity> {
  const { onnx, onnxInt8 = onnx } = model;
  const computed = lane.arithmetic === 'int8' ? onnxInt8 : onnx;
  const sha256 = createHash('sha256').update(computed).digest('hex');
  return {
    input: await identifyFile(media.path),
    model: { name: model.name, sha256 },
    runtime: lane.name,
    arithmetic: lane.arithmetic,
    ffmpegVersion: tools.capabilities.version,
    plan,
  };
}
