import { basename, dirname, extname, join, resolve } from 'node:path';
import type { VideoCodec } from '../../core/codecs.ts';
import { AppError } from '../../core/errors.ts';
import type { MediaInfo } from '../../core/media.ts';
import { PICTURE_ENDINGS } from '../../core/pictures.ts';
import type { OutputContainer, OutputRequest, TrackPlan } from '../../core/output-plan.ts';
import { CODEC_CONTAINERS, CODEC_NAMES, CONTAINER_NAMES } from './codec-containers.ts';
import { isLoss, planTracks } from './plan-tracks.ts';
import type { Capabilities } from './tools.ts';

const EXTENSIONS: Readonly<Record<string, OutputContainer>> = {
  '.mp4': 'mp4',
  '.m4v': 'mp4',
  '.mov': 'mov',
  '.mkv': 'mkv',
  '.webm': 'webm',
};

export interface ContainerChoice {
  readonly container: OutputContainer;
  readonly outputPath: string;
  readonly tracks: readonly TrackPlan[];
  readonly notes: readonly string[];
}

/** The container that the person's file name asks for; `null` where they gave none. @throws AppError `wrong-usage` */
export function namedContainer({ outputPath, inputPath }: OutputRequest): OutputContainer | null {
  if (outputPath === null) return null;
  const container = EXTENSIONS[extname(outputPath).toLowerCase()];
  if (container === undefined) {
    throw new AppError(
      'wrong-usage',
      `expected an output named .mp4, .mov, .mkv or .webm (or a picture: ${PICTURE_ENDINGS}) but got ${basename(outputPath)}`,
    );
  }
  if (resolve(outputPath) === resolve(inputPath)) {
    throw new AppError('wrong-usage', `expected an output beside the input but ${outputPath} is the input itself`);
  }
  return container;
}

/**
 * The container that the person named, else the source's own if it is mp4, mov or mkv and holds the codec, else the codec's
 * usual one when every track fits, else mkv.
 * @throws AppError `wrong-usage` for a name that is no such container, `input-unsupported` where the named one cannot hold
 * the sound or the subtitles
 */
export function chooseContainer(
  media: MediaInfo,
  request: OutputRequest,
  codec: VideoCodec,
  capabilities: Capabilities,
): ContainerChoice {
  const named = namedContainer(request);
  if (named !== null && request.outputPath !== null)
    return obeyName(media, named, request.outputPath, codec, capabilities);
  const notes: string[] = [];
  const container = chooseByTracks(media, codec, capabilities, notes);
  const name = `${basename(media.path, extname(media.path))}-x${String(request.scale)}.${container}`;
  const tracks = planTracks(media, container, capabilities);
  return { container, outputPath: join(dirname(media.path), name), tracks, notes };
}

function chooseByTracks(
  media: MediaInfo,
  codec: VideoCodec,
  capabilities: Capabilities,
  notes: string[],
): OutputContainer {
  const held = CODEC_CONTAINERS[codec];
  const own = held.find((container) => container === media.container && container !== 'webm');
  const preferred = own ?? held[0] ?? 'mkv';
  const missing = planTracks(media, preferred, capabilities).find((track) => isLoss(track) || isLostAttachment(track));
  if (missing === undefined) return preferred;
  notes.push(`The output is a Matroska file, since ${missing.why ?? 'a track does not fit'}.`);
  return 'mkv';
}

function isLostAttachment(track: TrackPlan): boolean {
  return track.kind === 'attachment' && track.action === 'drop';
}

function obeyName(
  media: MediaInfo,
  container: OutputContainer,
  outputPath: string,
  codec: VideoCodec,
  capabilities: Capabilities,
): ContainerChoice {
  const held = CODEC_CONTAINERS[codec];
  if (!held.includes(container)) {
    const message = `expected an output named .${held.join(', .')} but got ${basename(outputPath)}; ${CONTAINER_NAMES[container]} cannot hold ${CODEC_NAMES[codec]}`;
    throw new AppError('wrong-usage', message);
  }
  const tracks = planTracks(media, container, capabilities);
  const lost = tracks.find(isLoss);
  if (lost !== undefined) {
    const message = `expected a container that holds every track but ${lost.why ?? 'one does not fit'} (track ${String(lost.index)}); use .mkv`;
    throw new AppError('input-unsupported', message);
  }
  return { container, outputPath, tracks, notes: [] };
}
