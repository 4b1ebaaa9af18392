import { basename, dirname, extname, join, resolve } from 'node:path';
import { AppError } from '../../core/errors.ts';
import type { MediaInfo } from '../../core/media.ts';
import type { OutputContainer, OutputRequest, TrackPlan } from '../../core/output-plan.ts';
import { isLoss, planTracks } from './plan-tracks.ts';
import type { Capabilities } from './tools.ts';

const EXTENSIONS: Readonly<Record<string, OutputContainer>> = {
  '.mp4': 'mp4',
  '.m4v': 'mp4',
  '.mov': 'mov',
  '.mkv': 'mkv',
};

export interface ContainerChoice {
  readonly container: OutputContainer;
  readonly outputPath: string;
  readonly tracks: readonly TrackPlan[];
  readonly notes: readonly string[];
}

/**
 * The container that the person named, else the source's own if it is mp4, mov or mkv, else mp4 when every track fits,
 * else mkv.
 * @throws AppError `wrong-usage` for a name that is no such container or the input itself, `input-unsupported` where the named
 * one cannot hold the sound or the subtitles
 */
export function chooseContainer(media: MediaInfo, request: OutputRequest, capabilities: Capabilities): ContainerChoice {
  if (request.outputPath !== null) return obeyName(media, request, request.outputPath, capabilities);
  const notes: string[] = [];
  const container = chooseByTracks(media, capabilities, notes);
  const name = `${basename(media.path, extname(media.path))}-x${String(request.scale)}.${container}`;
  const tracks = planTracks(media, container, capabilities);
  return { container, outputPath: join(dirname(media.path), name), tracks, notes };
}

function chooseByTracks(media: MediaInfo, capabilities: Capabilities, notes: string[]): OutputContainer {
  const family = media.container;
  const preferred: OutputContainer = family === 'mov' || family === 'mkv' ? family : 'mp4';
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
  request: OutputRequest,
  outputPath: string,
  capabilities: Capabilities,
): ContainerChoice {
  const extension = extname(outputPath).toLowerCase();
  const container = EXTENSIONS[extension];
  if (container === undefined) {
    const reason = extension === '.webm' ? '; WebM cannot hold H.264' : '';
    throw new AppError(
      'wrong-usage',
      `expected an output named .mp4, .mov or .mkv but got ${basename(outputPath)}${reason}`,
    );
  }
  if (resolve(outputPath) === resolve(request.inputPath)) {
    throw new AppError('wrong-usage', `expected an output beside the input but ${outputPath} is the input itself`);
  }
  const tracks = planTracks(media, container, capabilities);
  const lost = tracks.find(isLoss);
  if (lost !== undefined) {
    const message = `expected a container that holds every track but ${lost.why ?? 'one does not fit'} (track ${String(lost.index)}); use .mkv`;
    throw new AppError('input-unsupported', message);
  }
  return { container, outputPath, tracks, notes: [] };
}
