import type { CommandOptions } from '../adapters/ffmpeg/tools.ts';
import { AppError } from '../core/errors.ts';
import { Frame } from '../core/frame.ts';
import type { FrameSource } from '../core/frame-stream.ts';
import type { MediaInfo } from '../core/media.ts';
import type { OutputPlan } from '../core/output-plan.ts';
import { hashFrame } from './source-watch.ts';

/** The last frame that is done: where a source must find itself again before it goes on. */
export interface ReEntry {
  /** Frames done, all of them before the next one. */
  readonly frames: number;
  readonly lastPts: number;
  readonly lastSha256: string;
}

/** One way to reach the entry: frames of this plan's decoder before it are skipped. */
interface Way {
  readonly plan: OutputPlan;
  readonly skip: number;
}

type OpenDecoder = (plan: OutputPlan) => Promise<FrameSource>;

/** Filters that make each picture of one picture; all others remember earlier ones. */
const STATELESS_FILTERS = new Set([
  'transpose',
  'hflip',
  'vflip',
  'format',
  'null',
  'setsar',
  'crop',
  'scale',
  'extractplanes',
]);

/** Decoding starts this much before the wanted frame, at the key frame before that. */
const RUN_UP_SECONDS = 5;

/**
 * A source that gives only what comes after `entry`. It decodes from a key frame some seconds earlier; where the frame it
 * must find is not there with the same stamp and the same samples, or a filter has state, from the beginning.
 */
export class ReEnteredSource implements FrameSource {
  readonly format: FrameSource['format'];
  readonly #open: OpenDecoder;
  readonly #plans: readonly Way[];
  readonly #entry: ReEntry;
  #current: FrameSource;

  private constructor(first: FrameSource, open: OpenDecoder, plans: readonly Way[], entry: ReEntry) {
    this.#current = first;
    this.format = first.format;
    this.#open = open;
    this.#plans = plans;
    this.#entry = entry;
  }

  static async open(open: OpenDecoder, media: MediaInfo, plan: OutputPlan, entry: ReEntry): Promise<ReEnteredSource> {
    const near = planNearEntry(media, plan, entry);
    const plans = [...(near === null ? [] : [{ plan: near, skip: 0 }]), { plan, skip: entry.frames - 1 }];
    return new ReEnteredSource(await open(plans[0]!.plan), open, plans, entry);
  }

  async *frames(): AsyncGenerator<Frame> {
    for (const [attempt, { plan, skip }] of this.#plans.entries()) {
      if (attempt > 0) this.#current = await this.#open(plan);
      const isLastWay = attempt === this.#plans.length - 1;
      const rest = await this.#find(skip).catch((error: unknown) => {
        if (isLastWay || (error as { code?: unknown }).code === 'interrupted') throw error;
        return null;
      });
      if (rest === null) {
        await this.#current.close();
        continue;
      }
      yield* this.#goOn(rest);
      return;
    }
    const message = `expected to find the last finished frame (number ${this.#entry.frames}) again but it decodes to another picture or time`;
    throw new AppError('resume-refused', `${message}; --restart begins anew`);
  }

  losses(): readonly string[] {
    return this.#current.losses?.() ?? [];
  }

  close(): Promise<void> {
    return this.#current.close();
  }

  async *#goOn(rest: AsyncIterator<Frame>): AsyncGenerator<Frame> {
    try {
      let index = this.#entry.frames;
      for (let next = await rest.next(); !next.done; next = await rest.next()) yield renumber(next.value, index++);
    } finally {
      await rest.return?.();
    }
  }

  /** @returns the frames after the entry's, or null where it is not the one that comes after `skip` others */
  async #find(skip: number): Promise<AsyncIterator<Frame> | null> {
    const frames = this.#current.frames()[Symbol.asyncIterator]();
    for (let i = 0; i <= skip; i++) {
      const next = await frames.next();
      if (next.done) return null;
      const frame = next.value;
      const { lastPts, lastSha256 } = this.#entry;
      const isEntry = i === skip && frame.pts === lastPts && hashFrame(frame) === lastSha256;
      frame.close();
      if (isEntry) return frames;
    }
    await frames.return?.();
    return null;
  }
}

function renumber(frame: Frame, index: number): Frame {
  const { pts, duration, format, planes } = frame;
  return new Frame({ index, pts, duration, format, planes }, () => frame.close());
}

/** The plan with a jump close before the entry; null where it would not pay or must not be. */
function planNearEntry(media: MediaInfo, plan: OutputPlan, { lastPts }: ReEntry): OutputPlan | null {
  const { source, trim, timeBase } = plan;
  const isStateless = source.filters.every((filter) => STATELESS_FILTERS.has(filter.split('=')[0]!));
  const canSeek = media.container === 'mp4' || media.container === 'mov' || media.container === 'mkv';
  const seconds = (lastPts * timeBase.num) / timeBase.den - source.offsetSeconds - (media.startSeconds ?? 0);
  if (!isStateless || !canSeek || seconds <= RUN_UP_SECONDS) return null;
  const seekSeconds = seconds - RUN_UP_SECONDS;
  if (source.seekSeconds !== null && seekSeconds <= source.seekSeconds) return null;
  return { ...plan, source: { ...source, seekSeconds }, trim: { ...trim, fromTicks: lastPts } };
}

/** The decoder of a job, from its beginning or from where it stopped. */
export async function openSource(
  openDecoder: (plan: OutputPlan, options: CommandOptions) => Promise<FrameSource>,
  { media, plan }: { media: MediaInfo; plan: OutputPlan },
  entry: ReEntry | null,
  options: CommandOptions,
): Promise<FrameSource> {
  const open = (how: OutputPlan) => openDecoder(how, options);
  return entry === null ? open(plan) : ReEnteredSource.open(open, media, plan, entry);
}
