/** Outputs that are pictures: what is asked for, by name or by the source's own kind. Pure. */
import { basename, dirname, extname, join, resolve } from 'node:path';
import { AppError } from '../../core/errors.ts';
import type { MediaInfo } from '../../core/media.ts';
import type { OutputRequest, TrackPlan } from '../../core/output-plan.ts';
import { ANIMATED_WEBP } from '../image/animated-webp.ts';
import { isAnimation, isNumbered, pictureKind } from '../../core/pictures.ts';
import type { PictureKind, PicturesPlan } from '../../core/pictures.ts';
import { sourceFormat } from './plan-picture.ts';
import { pixelFormatInfo } from '../../core/pixel-format.ts';
import type { Capabilities } from './tools.ts';

export interface PicturesChoice {
  readonly pictures: PicturesPlan;
  readonly outputPath: string;
  readonly tracks: readonly TrackPlan[];
  readonly notes: readonly string[];
}

/**
 * @returns `null` for a film: an output whose name is no picture's, or none from a source that is none
 * @throws AppError `wrong-usage` where the name asks for what cannot be
 */
export function planPictures(
  media: MediaInfo,
  request: OutputRequest,
  capabilities: Capabilities,
): PicturesChoice | null {
  const path = request.outputPath ?? ownName(media, request);
  const kind = path === null ? null : pictureKind(path);
  if (path === null || kind === null) return null;
  if (resolve(path) === resolve(request.inputPath))
    throw new AppError('wrong-usage', `expected an output beside the input but ${path} is the input itself`);
  if (request.codec !== 'auto' && request.codec !== 'ffv1')
    throw new AppError('wrong-usage', `expected no --codec for pictures but got ${request.codec}`);
  const isRow = isNumbered(path);
  if (!isRow && !isAnimation(kind) && !isSingle(media)) {
    const message = `expected a name with a place for numbers, such as out/%04d.${kind}, for the frames of a clip but got ${basename(path)}`;
    throw new AppError('wrong-usage', message);
  }
  if (isRow && dirname(path) === dirname(resolve(request.inputPath)) && request.outputPath !== null)
    throw new AppError(
      'wrong-usage',
      `expected a folder of its own for numbered pictures, such as out/${basename(path)}`,
    );
  if (kind === 'webp' && !capabilities.webp)
    throw new AppError('wrong-usage', `expected an ffmpeg that writes WebP but ${capabilities.version} does not`);
  return {
    pictures: { kind, pattern: isRow ? basename(path) : null, first: firstNumber(media, request) },
    outputPath: isRow ? dirname(path) : path,
    tracks: dropAll(media, kind),
    notes: [
      ...whatIsLost(media, kind),
      ...(isRow ? [`The pictures become the files of a new folder, ${dirname(path)}.`] : []),
    ],
  };
}

/** A row from a row keeps the numbers. */
function firstNumber({ row }: MediaInfo, { fromSeconds }: OutputRequest): number {
  if (row === null) return 1;
  return row.first + Math.ceil(((fromSeconds ?? 0) * row.rate.num) / row.rate.den - 1e-6);
}

/** `picture-x2.png`; for a row of pictures a folder beside theirs. */
function ownName(media: MediaInfo, { scale }: OutputRequest): string | null {
  if (!isPictures(media)) return null;
  const { path } = media;
  const ending = pictureKind(path) === null ? '.png' : extname(path);
  if (isNumbered(path)) return join(`${dirname(path)}-x${String(scale)}`, basename(path, extname(path)) + ending);
  return join(dirname(path), `${basename(path, extname(path))}-x${String(scale)}${ending}`);
}

function isPictures({ formatName }: MediaInfo): boolean {
  return /^(gif|apng|image2)$|_pipe$/.test(formatName) || formatName === ANIMATED_WEBP;
}

/** One picture, not a row or an animation. */
function isSingle(media: MediaInfo): boolean {
  const { formatName, path, video } = media;
  if (/^image2$|_pipe$/.test(formatName)) return !isNumbered(path);
  return video.frameCount === 1;
}

function dropAll(media: MediaInfo, kind: PictureKind): TrackPlan[] {
  return media.tracks
    .filter((track) => track.index !== media.video.index)
    .map((track) => ({
      ...{ index: track.index, kind: track.kind, action: 'drop', to: null },
      why: `${kind.toUpperCase()} holds pictures only`,
    }));
}

function whatIsLost(media: MediaInfo, kind: PictureKind): string[] {
  const { hasAlpha, bitDepth } = pixelFormatInfo(sourceFormat(media));
  const notes: string[] = [];
  if (kind === 'gif') notes.push('GIF has 256 colours a picture and times of a hundredth of a second.');
  if (hasAlpha && kind === 'jpg') notes.push('The transparency of the source is left out: JPEG has none.');
  if (hasAlpha && kind === 'gif') notes.push('Of the transparency GIF keeps whether a place is seen or not.');
  if (bitDepth > 8 && kind !== 'png' && kind !== 'apng')
    notes.push(`Of ${String(bitDepth)} bits a sample eight are kept: ${kind.toUpperCase()} has no more.`);
  if (media.video.hdr !== 'none') notes.push('Pictures cannot say that they are HDR: they may look pale.');
  return notes;
}
