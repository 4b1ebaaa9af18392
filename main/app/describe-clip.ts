/** Use cases: what a clip is, and what a job would make of it. Nothing is written beside the clip. */
import { existsSync } from 'node:fs';
import type { ClipFacts, Described } from '../contract/engine-messages.ts';
import type { UpscaleRequest } from '../contract/messages.ts';
import type { MediaInfo } from '../core/media.ts';
import { writeThumbnail } from '../adapters/ffmpeg/thumbnail.ts';
import { estimateFrames } from './estimate-frames.ts';
import { prepareJob } from './prepare-job.ts';
import type { UpscaleAdapters } from './upscale-adapters.ts';

/** @throws AppError `input-missing`, `input-unreadable`, `input-unsupported` */
export async function probeClip(
  { inputPath }: { readonly inputPath: string },
  adapters: UpscaleAdapters,
): Promise<ClipFacts> {
  return factsOf(await adapters.probeMedia(await adapters.locateFfmpeg(), inputPath));
}

/** A clip without a picture is shown without one. @returns whether it has one */
export async function makeThumbnail(
  { inputPath, outputPath }: { readonly inputPath: string; readonly outputPath: string },
  adapters: UpscaleAdapters,
): Promise<boolean> {
  const tools = await adapters.locateFfmpeg();
  await writeThumbnail(tools, await adapters.probeMedia(tools, inputPath), outputPath).catch(() => undefined);
  return existsSync(outputPath);
}

/** @throws AppError what the job would refuse with */
export async function describeJob(request: UpscaleRequest, adapters: UpscaleAdapters): Promise<Described> {
  const job = await prepareJob(request, adapters, new AbortController().signal);
  const { media, plan, model, notes } = job;
  const { width, height, ...facts } = factsOf(media);
  return {
    ...facts,
    outputPath: plan.outputPath,
    from: { width, height },
    to: { width: plan.picture.codedWidth, height: plan.picture.codedHeight },
    scale: model.scale,
    model: model.name,
    totalFrames: estimateFrames(media, plan, request.fromSeconds, request.toSeconds),
    notes: [...notes],
  };
}

function factsOf({ video, tracks, durationSeconds }: MediaInfo): ClipFacts {
  const rate = video.averageFrameRate;
  const others = tracks.filter(({ kind }) => kind !== 'video');
  return {
    width: video.width,
    height: video.height,
    durationSeconds,
    framesPerSecond: rate === null ? null : rate.num / rate.den,
    codec: video.codec,
    pixelFormat: video.pixelFormat,
    hdr: video.hdr,
    tracks: others.map(({ kind, codec, language }) =>
      [kind, codec, language].filter((part) => part !== null).join(' '),
    ),
  };
}
