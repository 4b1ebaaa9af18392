import { AppError } from '../../core/errors.ts';
import type { MediaInfo } from '../../core/media.ts';
import { isMatroska } from '../../core/output-plan.ts';
import type { OutputContainer, OutputRequest, TrimPlan } from '../../core/output-plan.ts';
import type { TimeBase } from '../../core/time-base.ts';
import type { Capabilities } from './tools.ts';

/** H.264 writes twice the ticks of a second in 32 bits, and MP4 the ticks in 32. */
const MOST_TICKS = 1_000_000_000;
const MICROSECONDS = { num: 1, den: 1_000_000 };
/** A key frame is searched this much before the wanted one: seeking goes by decoding time. */
const SEEK_MARGIN_SECONDS = 5;

export interface TimeChoice {
  readonly timeBase: TimeBase;
  readonly frameTicks: number;
  /** Frames of a second, on average. */
  readonly rate: TimeBase;
  readonly trim: TrimPlan;
  readonly offsetSeconds: number;
  readonly seekSeconds: number | null;
  readonly notes: readonly string[];
}

/**
 * One tick for the whole job. A trimmed output starts at zero: every track, subtitle and chapter is moved by the same
 * amount, so that what was together stays together.
 * @throws AppError `wrong-usage` for a span that is empty or outside the file
 */
export function planTime(
  media: MediaInfo,
  request: OutputRequest,
  container: OutputContainer,
  capabilities: Capabilities,
  frameRatio: { readonly num: number; readonly den: number },
): TimeChoice {
  const { video } = media;
  const notes: string[] = [];
  const timeBase = chooseTimeBase(finer(video.timeBase, frameRatio), notes);
  const rate = averageRate(media, frameRatio);
  if (isMatroska(container) && 1000 % timeBase.den !== 0) {
    notes.push(
      `Times are rounded to a millisecond: Matroska cannot hold the source's ticks of 1/${String(timeBase.den)} second.`,
    );
  }
  if (!isMatroska(container) && !capabilities.options.movieTimescale && request.fromSeconds !== null) {
    notes.push(
      'The first frame may be shown up to a millisecond early: this ffmpeg cannot note where tracks start more exactly.',
    );
  }
  const startSeconds = ((video.startPts ?? 0) * video.timeBase.num) / video.timeBase.den;
  const offsetSeconds = startSeconds < 0 ? Math.ceil(-startSeconds) + 1 : 0;
  const span = checkSpan(media, request);
  // Players count from the file's start, which need not be the time zero of its stamps.
  const zero = (media.startSeconds ?? 0) + offsetSeconds;
  const toTicks = (seconds: number) => Math.ceil((zero + seconds) * timeBase.den - 1e-6);
  const trim = {
    fromTicks: span.from === null ? null : toTicks(span.from),
    toTicks: span.to === null ? null : toTicks(span.to),
    shiftTicks: span.from === null ? offsetSeconds * timeBase.den : Math.round((zero + span.from) * timeBase.den),
  };
  const canSeek = media.container === 'mp4' || media.container === 'mov' || media.container === 'mkv';
  const seekSeconds =
    span.from !== null && canSeek && span.from > SEEK_MARGIN_SECONDS ? span.from - SEEK_MARGIN_SECONDS : null;
  return {
    timeBase,
    frameTicks: Math.max(1, Math.round((timeBase.den * rate.den) / rate.num)),
    rate,
    trim,
    offsetSeconds,
    seekSeconds,
    notes,
  };
}

/** Whole fractions of a second, as MP4 has them, that hold every tick of the source: 1001/24000 becomes 1/24000. */
function chooseTimeBase(source: TimeBase, notes: string[]): TimeBase {
  if (source.den <= MOST_TICKS) return { num: 1, den: source.den };
  notes.push(
    `Times are rounded to a microsecond: the source's ticks of ${String(source.num)}/${String(source.den)} second are too fine.`,
  );
  return MICROSECONDS;
}

/** Ticks that also hold the frames between frames: fields lie halfway, and of film there are four for five. */
function finer({ num, den }: TimeBase, ratio: { readonly num: number; readonly den: number }): TimeBase {
  return { num, den: den * ratio.num };
}

function averageRate({ video }: MediaInfo, ratio: { readonly num: number; readonly den: number }): TimeBase {
  const { num, den } = video.averageFrameRate ?? video.realFrameRate ?? { num: 25, den: 1 };
  return { num: num * ratio.num, den: den * ratio.den };
}

function checkSpan(media: MediaInfo, request: OutputRequest): { from: number | null; to: number | null } {
  const { fromSeconds, toSeconds } = request;
  const from = fromSeconds !== null && fromSeconds > 0 ? fromSeconds : null;
  if (toSeconds !== null && toSeconds <= (from ?? 0)) {
    throw new AppError(
      'wrong-usage',
      `expected --to after --from but got ${String(toSeconds)} and ${String(from ?? 0)} seconds`,
    );
  }
  if (from !== null && media.durationSeconds !== null && from >= media.durationSeconds) {
    throw new AppError(
      'wrong-usage',
      `expected --from within the ${media.durationSeconds.toFixed(2)} seconds of ${media.path} but got ${String(from)}`,
    );
  }
  return { from, to: toSeconds };
}
