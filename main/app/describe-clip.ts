/** Use cases: what a clip is, and what a job would make of it. Nothing is written beside the clip. */
import type { ClipFacts, Described } from '../contract/engine-messages.ts';
import type { UpscaleRequest } from '../contract/messages.ts';
import type { MediaInfo } from '../core/media.ts';
import { writeThumbnail } from '../adapters/ffmpeg/thumbnail.ts';
import { estimateFrames } from './estimate-frames.ts';
import { prepareJob } from './prepare-job.ts';
import type { UpscaleAdapters } from './upscale-adapters.ts';

/** @throws AppError `input-missing`, `input-unreadable`, `input-unsupported` */
export async function probeClip(
  request: { readonly inputPath: string; readonly thumbnailPath: string },
  adapters: UpscaleAdapters,
): Promise<ClipFacts> {
  const tools = await adapters.locateFfmpeg();
  const media = await adapters.probeMedia(tools, request.inputPath);
  // Some way in: the first frame of most clips is black.
  await writeThumbnail(tools, media.path, (media.durationSeconds ?? 0) * 0.1, request.thumbnailPath);
  return factsOf(media);
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
