/** What will be written, decided before anything starts. Pure: the same facts give the same plan. */
import { AppError } from '../../core/errors.ts';
import type { MediaInfo } from '../../core/media.ts';
import type { EncoderPlan, OutputPlan, OutputRequest, TrackPlan } from '../../core/output-plan.ts';
import { chooseContainer } from './plan-container.ts';
import { planPicture } from './plan-picture.ts';
import { planTime } from './plan-time.ts';
import type { Capabilities } from './tools.ts';

const PRESETS = [
  'ultrafast',
  'superfast',
  'veryfast',
  'faster',
  'fast',
  'medium',
  'slow',
  'slower',
  'veryslow',
  'placebo',
];
const DEFAULT_ENCODER_THREADS = 4;

/** @throws AppError `wrong-usage` for a request that makes no sense, `input-unsupported` for a source that is refused */
export function planOutput(media: MediaInfo, request: OutputRequest, capabilities: Capabilities): OutputPlan {
  checkRequest(request);
  const { container, outputPath, tracks, notes } = chooseContainer(media, request, capabilities);
  const picture = planPicture(media, request, container, capabilities);
  const time = planTime(media, request, container);
  return {
    container,
    outputPath,
    source: { ...picture.source, offsetSeconds: time.offsetSeconds, seekSeconds: time.seekSeconds },
    picture: picture.picture,
    timeBase: time.timeBase,
    frameTicks: time.frameTicks,
    trim: time.trim,
    encoder: planEncoder(media, request),
    tracks,
    chapters: media.chapters > 0,
    notes: [...notes, ...picture.notes, ...time.notes, ...trackNotes(media, tracks)],
    segmentFrames: request.segmentFrames,
  };
}

function checkRequest(request: OutputRequest): void {
  const { scale, crf, preset, segmentFrames } = request;
  if (!Number.isInteger(scale) || scale < 1)
    throw new AppError('wrong-usage', `expected a whole scale of 1 or more but got ${String(scale)}`);
  if (!(crf >= 0 && crf <= 51)) throw new AppError('wrong-usage', `expected a crf of 0 to 51 but got ${String(crf)}`);
  if (!PRESETS.includes(preset))
    throw new AppError('wrong-usage', `expected a preset out of ${PRESETS.join(', ')} but got "${preset}"`);
  if (!Number.isInteger(segmentFrames) || segmentFrames < 1)
    throw new AppError('wrong-usage', `expected segments of 1 frame or more but got ${String(segmentFrames)}`);
}

/**
 * All that x264's bits depend on is named: threads change them, and a rate that is not given is guessed from each
 * segment's first frames, so that the segments' headers would differ.
 */
function planEncoder(media: MediaInfo, request: OutputRequest): EncoderPlan {
  const rate = media.video.averageFrameRate ?? media.video.realFrameRate ?? { num: 25, den: 1 };
  const threads = request.encoderThreads ?? DEFAULT_ENCODER_THREADS;
  return {
    name: 'libx264',
    threads,
    args: [
      ...['-preset', request.preset, '-crf', String(request.crf), '-threads', String(threads)],
      ...['-x264-params', `fps=${String(rate.num)}/${String(rate.den)}`],
    ],
  };
}

function trackNotes(media: MediaInfo, tracks: readonly TrackPlan[]): string[] {
  return tracks.flatMap((plan) => {
    const track = media.tracks.find((candidate) => candidate.index === plan.index);
    const name = `Track ${String(plan.index)} (${[track?.kind, track?.codec, track?.language].filter((part) => part != null).join(', ')})`;
    if (plan.action === 'convert')
      return [`${name} is converted to ${plan.to ?? '?'}, since ${plan.why ?? 'it must be'}.`];
    return plan.action === 'drop' ? [`${name} is left out: ${plan.why ?? 'it does not fit'}.`] : [];
  });
}
