import { basename, join } from 'node:path';
import type { FfmpegTools } from '../adapters/ffmpeg/tools.ts';
import type { UpscaleRequest } from '../contract/messages.ts';
import type { MediaInfo } from '../core/media.ts';
import type { OutputPlan } from '../core/output-plan.ts';
import type { ChosenModel } from './choose-model.ts';
import { noteOnColour, noteOnDepth } from './open-lane.ts';
import { chooseThreads } from './threads.ts';
import type { UpscaleAdapters } from './upscale-adapters.ts';

/** What is known before the first frame. */
export interface Job {
  readonly request: UpscaleRequest;
  readonly tools: FfmpegTools;
  readonly media: MediaInfo;
  readonly model: ChosenModel;
  readonly plan: OutputPlan;
  readonly threads: number;
  readonly notes: readonly string[];
}

/** Locate → probe → model → plan: what can be refused without a look at the output's place. */
export async function prepareJob(
  request: UpscaleRequest,
  adapters: UpscaleAdapters,
  signal: AbortSignal,
): Promise<Job> {
  const { inputPath, outputPath, codec, crf, preset, fromSeconds, toSeconds, segmentFrames } = request;
  const tools = await adapters.locateFfmpeg();
  const media = await adapters.probeMedia(tools, inputPath, { signal, pictureRate: request.pictureRate });
  const { deinterlace, inverseTelecine, tolerateDamage } = request;
  const { model: name, scale, quality = null } = request;
  const model = await adapters.loadModel({ name, scale, quality, media });
  const wanted = { inputPath, outputPath, codec, crf, preset, fromSeconds, toSeconds, segmentFrames };
  const care = { deinterlace, inverseTelecine, tolerateDamage };
  const outputRequest = { ...wanted, ...care, scale: model.scale, modelColour: model.colour };
  const plan = placeOutput(adapters.planOutput(media, outputRequest, tools.capabilities), request);
  signal.throwIfAborted();
  const further = [noteOnColour(model, plan), noteOnDepth(request.arithmetic, plan)].filter((note) => note !== null);
  const notes = [...plan.notes, ...model.choiceNotes, ...further];
  return { request, tools, media, model, plan, threads: chooseThreads(request.threads), notes };
}

/** Into the folder that the person named, where they named one but no file. */
function placeOutput(plan: OutputPlan, { outputPath, outputFolder }: UpscaleRequest): OutputPlan {
  if (outputPath !== null || outputFolder === null) return plan;
  return { ...plan, outputPath: join(outputFolder, basename(plan.outputPath)) };
}
