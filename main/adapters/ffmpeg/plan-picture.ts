import type { ColorInfo } from '../../core/color.ts';
import { AppError } from '../../core/errors.ts';
import type { MediaInfo, VideoTrack } from '../../core/media.ts';
import type { OutputContainer, OutputRequest, PicturePlan, SourcePlan } from '../../core/output-plan.ts';
import { isPixelFormat, pixelFormatInfo } from '../../core/pixel-format.ts';
import type { PixelFormat } from '../../core/pixel-format.ts';
import type { TimeBase } from '../../core/time-base.ts';
import { CODEC_NAMES } from './codec-containers.ts';
import type { EncoderChoice } from './plan-encoder.ts';
import { planFields } from './plan-fields.ts';
import { planHdr } from './plan-hdr.ts';
import { repack } from './repacking.ts';
import { isSideways, planRotation, turnChroma, turnFilters, turnedFormat } from './plan-turn.ts';
import type { Capabilities } from './tools.ts';

export interface PictureChoice {
  readonly source: Omit<SourcePlan, 'offsetSeconds' | 'seekSeconds'>;
  readonly picture: PicturePlan;
  readonly notes: readonly string[];
}

/** How the picture is decoded, turned, padded and tagged. @throws AppError `input-unsupported` for what is refused */
export function planPicture(
  media: MediaInfo,
  request: OutputRequest,
  container: OutputContainer,
  encoder: EncoderChoice,
  capabilities: Capabilities,
): PictureChoice {
  const { video } = media;
  const notes = planHdr(media);
  const rotation = planRotation(video, container, capabilities, notes);
  const format = sourceFormat(media);
  const decodedPixelFormat = turnedFormat(format, rotation);
  if (decodedPixelFormat !== format)
    notes.push(`Turned, ${format} becomes ${decodedPixelFormat}, which keeps all of it.`);
  const pixelFormat = encoder.frameFormat;
  const sourcePixelFormat = keepsAlpha(pixelFormat) ? decodedPixelFormat : opaque(decodedPixelFormat);
  const fields = planFields(media, request, capabilities, notes);
  const ranged = fullRange(video);
  const repacking = repack(video.pixelFormat)?.filters(ranged.range) ?? [];
  const filters = [...repacking, ...fields.filters, ...turnFilters(rotation, format, ranged.range)];
  const color = turnChroma(ranged, rotation, decodedPixelFormat);
  const turned = rotation.how === 'pixels' && isSideways(rotation);
  const [width, height] = turned ? [video.height, video.width] : [video.width, video.height];
  const size = { width: width * request.scale, height: height * request.scale };
  checkSize(size.width, size.height, encoder.spec.largestSide);
  const aspect = video.sampleAspectRatio;
  const sampleAspectRatio = aspect !== null && turned ? { num: aspect.den, den: aspect.num } : aspect;
  noteGuessedMatrix(color, height, size.height, pixelFormat, notes);
  noteWideH264(size.width, encoder, notes);
  noteLostHdr(video, encoder, container, capabilities, notes);
  const coded = encoder.spec.takesOddSizes
    ? { codedWidth: size.width, codedHeight: size.height }
    : padSize(size.width, size.height, encoder, notes);
  return {
    source: {
      streamIndex: video.index,
      width,
      height,
      pixelFormat: sourcePixelFormat,
      decodedPixelFormat,
      timeBase: video.timeBase,
      color,
      filters,
      frameRatio: fields.rate,
      tolerateDamage: request.tolerateDamage,
    },
    picture: {
      ...size,
      ...coded,
      pixelFormat,
      bitDepth: pixelFormatInfo(pixelFormat).bitDepth,
      encodedPixelFormat: encoder.encodedFormat,
      sampleAspectRatio: reduceAspect(sampleAspectRatio),
      rotation,
      color,
      hdr: video.hdrMetadata,
    },
    notes,
  };
}

/** The format of frames as they leave the filters. @throws AppError `input-unsupported` for one that Tandem does not know */
export function decodedFormat(media: MediaInfo, container: OutputContainer, capabilities: Capabilities): PixelFormat {
  return turnedFormat(sourceFormat(media), planRotation(media.video, container, capabilities, []));
}

/** The format of decoded frames. @throws AppError `input-unsupported` for one that Tandem does not know */
export function sourceFormat({ path, video }: MediaInfo): PixelFormat {
  const name = video.pixelFormat;
  if (isPixelFormat(name)) return unnamedRange(name);
  const repacked = repack(name);
  if (repacked !== null) return repacked.planar;
  throw new AppError(
    'input-unsupported',
    `expected planar YUV, planar RGB or grey video but ${path} decodes to ${name}, which this version cannot upscale`,
  );
}

/** Full range is told by `color.range`, not by a name of its own. */
function unnamedRange(format: PixelFormat): PixelFormat {
  return format.replace('yuvj', 'yuv') as PixelFormat;
}

/** Grey without a word on its range is full: so ffmpeg reads it, and another codec's default would be limited. */
function fullRange(video: VideoTrack): ColorInfo {
  const info = isPixelFormat(video.pixelFormat) ? pixelFormatInfo(video.pixelFormat) : null;
  const isFull = info?.impliesFullRange === true || (info?.family === 'gray' && video.color.range === null);
  return isFull ? { ...video.color, range: 'pc' } : video.color;
}

function keepsAlpha(format: PixelFormat): boolean {
  return pixelFormatInfo(format).hasAlpha;
}

function opaque(format: PixelFormat): PixelFormat {
  return format.replace('yuva', 'yuv').replace('gbrap', 'gbrp') as PixelFormat;
}

/** Where nothing says the matrix, players guess it by the height: BT.601 up to this, BT.709 above. */
const TALLEST_SD = 576;

function noteGuessedMatrix(color: ColorInfo, from: number, to: number, format: PixelFormat, notes: string[]): void {
  if (color.matrix !== null || pixelFormatInfo(format).family !== 'yuv' || from > TALLEST_SD || to <= TALLEST_SD)
    return;
  notes.push('The source does not say its colour matrix: players may guess another one for the larger picture.');
}

/** Most hardware decoders of H.264 end at this width. */
const WIDEST_H264 = 4096;

function noteWideH264(width: number, { spec }: EncoderChoice, notes: string[]): void {
  if (spec.codec !== 'h264' || width <= WIDEST_H264) return;
  notes.push(
    `The output is ${String(width)} pixels wide: many players do not show H.264 wider than ${String(WIDEST_H264)}; --codec x265 or --codec svt-av1 makes a file that they do.`,
  );
}

/** These write the notes of HDR into the stream itself. */
const SAY_HDR_THEMSELVES: readonly string[] = ['x265', 'svt-av1'];

function noteLostHdr(
  { hdrMetadata }: VideoTrack,
  { spec }: EncoderChoice,
  container: OutputContainer,
  { hdrIn }: Capabilities,
  notes: string[],
): void {
  if (hdrMetadata.masteringDisplay === null && hdrMetadata.contentLight === null) return;
  const isKept = hdrIn.includes(container === 'webm' ? 'mkv' : container);
  if (isKept || SAY_HDR_THEMSELVES.includes(spec.choice)) return;
  notes.push(
    `The mastering display and content light level are left out: this ffmpeg cannot note them in a ${container} file, and ${spec.choice} does not.`,
  );
}

function padSize(
  width: number,
  height: number,
  { spec, encodedFormat }: EncoderChoice,
  notes: string[],
): { codedWidth: number; codedHeight: number } {
  const { chromaShiftX, chromaShiftY } = pixelFormatInfo(encodedFormat);
  const codedWidth = Math.ceil(width / 2 ** chromaShiftX) * 2 ** chromaShiftX;
  const codedHeight = Math.ceil(height / 2 ** chromaShiftY) * 2 ** chromaShiftY;
  if (codedWidth !== width || codedHeight !== height) {
    const sizes = `${String(width)}x${String(height)} to ${String(codedWidth)}x${String(codedHeight)}`;
    notes.push(
      `The picture is padded from ${sizes} by repeating its edge, since ${CODEC_NAMES[spec.codec]} takes even sizes only.`,
    );
  }
  return { codedWidth, codedHeight };
}

function checkSize(width: number, height: number, largest: number): void {
  if (width <= largest && height <= largest) return;
  const size = `${String(width)}x${String(height)}`;
  throw new AppError(
    'input-unsupported',
    `expected an output of at most ${String(largest)} pixels a side but it would be ${size}`,
  );
}

function reduceAspect(aspect: TimeBase | null): TimeBase | null {
  if (aspect === null) return null;
  let [a, b] = [aspect.num, aspect.den];
  while (b > 0) [a, b] = [b, a % b];
  return { num: aspect.num / a, den: aspect.den / a };
}
