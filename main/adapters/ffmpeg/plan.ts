/** What will be written, decided before anything starts. Pure: the same facts give the same plan. */
import { AppError } from '../../core/errors.ts';
import type { MediaInfo } from '../../core/media.ts';
import type { EncoderPlan, OutputPlan, OutputRequest, PicturePlan, TrackPlan } from '../../core/output-plan.ts';
import type { TimeBase } from '../../core/time-base.ts';
import { chooseContainer, namedContainer } from './plan-container.ts';
import { checkPreset, chooseEncoder } from './plan-encoder.ts';
import type { EncoderChoice } from './plan-encoder.ts';
import { decodedFormat, planPicture, sourceFormat } from './plan-picture.ts';
import { planPictures } from './plan-pictures.ts';
import { noteShapes } from './plan-beside.ts';
import { planTime } from './plan-time.ts';
import { planTimecode } from './plan-timecode.ts';
import type { Capabilities } from './tools.ts';

const DEFAULT_ENCODER_THREADS = 4;

/** @throws AppError `wrong-usage` for a request that makes no sense, `input-unsupported` for a source that is refused */
export function planOutput(media: MediaInfo, request: OutputRequest, capabilities: Capabilities): OutputPlan {
  checkRequest(request);
  const damage = planDamage(media, request);
  const format = sourceFormat(media);
  const asPictures = planPictures(media, request, capabilities);
  const question = {
    ...{ path: media.path, codec: asPictures === null ? request.codec : ('ffv1' as const), crf: request.crf },
    ...{ format, isHdr: media.video.hdr !== 'none', container: asPictures === null ? namedContainer(request) : null },
  };
  const first = chooseEncoder(question, capabilities);
  const { container, outputPath, tracks, notes } =
    asPictures === null
      ? chooseContainer(media, request, first.spec.codec, capabilities)
      : { ...asPictures, container: 'mkv' as const };
  const decoded = decodedFormat(media, container, capabilities);
  const encoder = decoded === format ? first : chooseEncoder({ ...question, format: decoded, container }, capabilities);
  const picture = planPicture(media, request, container, encoder, capabilities);
  const time = planTime(media, request, container, capabilities, picture.source.frameRatio);
  const beside = noteShapes(media, container);
  const timecode = planTimecode(media, time, picture.source.frameRatio, beside);
  return {
    container,
    outputPath,
    pictures: asPictures?.pictures ?? null,
    source: { ...picture.source, offsetSeconds: time.offsetSeconds, seekSeconds: time.seekSeconds },
    picture: picture.picture,
    timeBase: time.timeBase,
    frameTicks: time.frameTicks,
    trim: time.trim,
    encoder: planEncoder(request, encoder, picture.picture, time.rate),
    tracks,
    chapters: media.chapters > 0,
    timecode,
    notes: [
      ...damage,
      ...(asPictures?.pictures.pattern == null ? rateNotes(media) : []),
      ...encoder.notes,
      ...notes,
      ...picture.notes,
      ...time.notes,
      ...beside,
      ...trackNotes(media, tracks),
    ],
    segmentFrames: request.segmentFrames,
  };
}

/** @throws AppError `input-unreadable` for a file that shows its end missing, unless that is to be borne */
function planDamage({ path, isCut }: MediaInfo, { tolerateDamage }: OutputRequest): string[] {
  if (isCut && !tolerateDamage) {
    throw new AppError(
      'input-unreadable',
      `expected a whole file but ${path} is cut off (--tolerate-damage takes what is there)`,
    );
  }
  if (isCut) return ['The file is cut off: what is there is taken, as asked.'];
  return tolerateDamage ? ['Damaged frames and a cut end are borne, as asked; what was lost is told at the end.'] : [];
}

function checkRequest(request: OutputRequest): void {
  const { scale, crf, preset, segmentFrames } = request;
  if (!Number.isInteger(scale) || scale < 1)
    throw new AppError('wrong-usage', `expected a whole scale of 1 or more but got ${String(scale)}`);
  if (!(crf >= 0 && crf <= 51)) throw new AppError('wrong-usage', `expected a crf of 0 to 51 but got ${String(crf)}`);
  checkPreset(preset);
  if (!Number.isInteger(segmentFrames) || segmentFrames < 1)
    throw new AppError('wrong-usage', `expected segments of 1 frame or more but got ${String(segmentFrames)}`);
}

function planEncoder(
  request: OutputRequest,
  { spec, encodedFormat }: EncoderChoice,
  { color, hdr }: PicturePlan,
  rate: TimeBase,
): EncoderPlan {
  const threads = request.encoderThreads ?? DEFAULT_ENCODER_THREADS;
  const { preset, crf } = request;
  const question = { preset, crf, threads, rate, pixelFormat: encodedFormat, color, hdr };
  return {
    ...{ name: spec.name, codec: spec.codec, threads },
    crf: spec.codec === 'ffv1' || spec.codec === 'prores' ? 0 : crf,
    fourcc: spec.fourcc?.(question) ?? null,
    inputArgs: spec.inputArgs ?? [],
    filters: spec.filters?.(encodedFormat, color.range) ?? [],
    args: spec.args(question),
  };
}

function rateNotes({ row }: MediaInfo): string[] {
  if (row === null || row.isRateNamed) return [];
  return ['The numbered pictures are taken as 25 a second; --fps names another rate.'];
}

const CAPTIONS_NOTE =
  'The closed captions inside the video become a subtitle track, as far as they are EIA-608 and can be read; CEA-708 alone is left out.';

function trackNotes(media: MediaInfo, tracks: readonly TrackPlan[]): string[] {
  return tracks.flatMap((plan) => {
    if (plan.kind === 'captions') return [CAPTIONS_NOTE];
    const track = media.tracks.find((candidate) => candidate.index === plan.index);
    const name = `Track ${String(plan.index)} (${[track?.kind, track?.codec, track?.language].filter((part) => part != null).join(', ')})`;
    if (plan.action === 'convert')
      return [`${name} is converted to ${plan.to ?? '?'}, since ${plan.why ?? 'it must be'}.`];
    return plan.action === 'drop' && plan.why !== null ? [`${name} is left out: ${plan.why}.`] : [];
  });
}
