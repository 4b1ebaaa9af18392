/** Animated WebP, which ffmpeg writes and cannot read, by libvips: the same facts and the same frames as ffmpeg would give. */
import { stat } from 'node:fs/promises';
import { AppError } from '../../core/errors.ts';
import { Frame } from '../../core/frame.ts';
import type { FrameFormat, Plane } from '../../core/frame.ts';
import type { FrameSource } from '../../core/frame-stream.ts';
import type { MediaInfo } from '../../core/media.ts';
import type { OutputPlan } from '../../core/output-plan.ts';
import { rescaleTicks } from '../../core/time-base.ts';

/** As {@link MediaInfo.formatName}; no demuxer of ffmpeg's is called so. */
export const ANIMATED_WEBP = 'animated-webp';

/** WebP counts milliseconds. */
const MILLISECONDS = { num: 1, den: 1000 };
/** What browsers make of a picture that is to be shown for no time. */
const INSTEAD_OF_ZERO_MS = 100;
/** Of pictures that are decoded at once: each reading begins at the first, which the others build on. */
const BATCH_BYTES = 64 << 20;

interface Animation {
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
  readonly delaysMs: readonly number[];
}

async function readHead(path: string): Promise<Animation> {
  const all = await open(path, 0, -1);
  const { width, height, pageHeight = height, hasAlpha, delay = [] } = await all.metadata();
  return { width, height: pageHeight, hasAlpha, delaysMs: delay.map((ms) => (ms > 0 ? ms : INSTEAD_OF_ZERO_MS)) };
}

/** The library is loaded for the few clips that need it. @param pages as many as there are where it is -1 */
async function open(path: string, page: number, pages: number) {
  const { default: sharp } = await import('sharp');
  return sharp(path, { page, pages, ignoreIcc: true, autoOrient: false, failOn: 'error', limitInputPixels: false });
}

/** @throws AppError `input-unreadable` */
export async function describeAnimatedWebp(path: string): Promise<MediaInfo> {
  const { width, height, hasAlpha, delaysMs } = await readHead(path).catch((error: unknown) => fail(path, error));
  const totalMs = delaysMs.reduce((sum, ms) => sum + ms, 0);
  const rate = { num: delaysMs.length * 1000, den: totalMs };
  const track = { index: 0, codec: 'webp', language: null, title: null, tags: {}, dispositions: ['default'] };
  return {
    ...{ path, sizeBytes: (await stat(path)).size, formatName: ANIMATED_WEBP, container: 'other' },
    ...{ durationSeconds: totalMs / 1000, startSeconds: 0, tags: {}, chapters: 0, isCut: false, row: null },
    tracks: [{ ...track, kind: 'video' }],
    video: {
      ...{ ...track, kind: 'video', width, height, pixelFormat: hasAlpha ? 'gbrap' : 'gbrp', bitDepth: 8 },
      ...{ timeBase: MILLISECONDS, startPts: 0, averageFrameRate: rate, realFrameRate: rate },
      frameCount: delaysMs.length,
      color: { range: 'pc', matrix: 'gbr', primaries: null, transfer: null, chromaLocation: null },
      ...{ sampleAspectRatio: null, rotation: 0, mirrored: false, fieldOrder: 'progressive', fieldSample: null },
      ...{ hdr: 'none', hdrMetadata: { masteringDisplay: null, contentLight: null }, dolbyVision: null },
      ...{ closedCaptions: false, sideData: [] },
    },
  };
}

/** Its first picture as a JPEG no wider than this. @throws what libvips says */
export async function writeWebpThumbnail(path: string, width: number, outputPath: string): Promise<void> {
  const first = await open(path, 0, 1);
  await first.resize({ width, withoutEnlargement: true }).flatten().jpeg().toFile(outputPath);
}

/** Its frames inside `plan.trim`, on the plan's time line. */
export function openAnimatedWebp(media: MediaInfo, plan: OutputPlan, signal: AbortSignal | undefined): FrameSource {
  const { width, height, pixelFormat, color, filters } = plan.source;
  if (filters.length > 0) {
    const message = `expected no filter for an animated WebP but got ${filters.join(',')}`;
    throw new AppError('wrong-usage', message);
  }
  return new WebpSource(media.path, plan, { width, height, pixelFormat, color, timeBase: plan.timeBase }, signal);
}

class WebpSource implements FrameSource {
  readonly format: FrameFormat;
  readonly #path: string;
  readonly #plan: OutputPlan;
  readonly #signal: AbortSignal | undefined;
  #isClosed = false;

  constructor(path: string, plan: OutputPlan, format: FrameFormat, signal: AbortSignal | undefined) {
    this.#path = path;
    this.#plan = plan;
    this.format = format;
    this.#signal = signal;
  }

  async *frames(): AsyncGenerator<Frame> {
    const { trim, timeBase } = this.#plan;
    let index = 0;
    for await (const { atMs, planes } of this.#pictures()) {
      const pts = rescaleTicks(atMs, MILLISECONDS, timeBase);
      if (trim.toTicks !== null && pts >= trim.toTicks) return;
      if (trim.fromTicks !== null && pts < trim.fromTicks) continue;
      yield new Frame({ index: index++, pts, duration: null, format: this.format, planes }, () => undefined);
    }
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }

  async *#pictures(): AsyncGenerator<{ atMs: number; planes: Plane[] }> {
    const { width, height, delaysMs } = await readHead(this.#path).catch((error: unknown) => fail(this.#path, error));
    const bytes = width * height * 4;
    const batch = Math.max(1, Math.floor(BATCH_BYTES / bytes));
    let atMs = 0;
    for (let page = 0; page < delaysMs.length; page += batch) {
      const pages = Math.min(batch, delaysMs.length - page);
      const pixels = await this.#read(page, pages);
      for (let i = 0; i < pages && !this.#isClosed; i++) {
        yield { atMs, planes: this.#toPlanes(pixels.subarray(i * bytes, (i + 1) * bytes)) };
        atMs += delaysMs[page + i]!;
      }
    }
  }

  async #read(page: number, pages: number): Promise<Uint8Array> {
    if (this.#signal?.aborted === true || this.#isClosed) throw new AppError('interrupted', 'the job was stopped');
    try {
      return await (await open(this.#path, page, pages)).ensureAlpha().raw().toBuffer();
    } catch (error) {
      return fail(this.#path, error);
    }
  }

  /** Planes in ffmpeg's order: green, blue, red and, where it is kept, alpha. */
  #toPlanes(rgba: Uint8Array): Plane[] {
    const { width, height, pixelFormat } = this.format;
    const samples = width * height;
    const places = pixelFormat === 'gbrap' ? [1, 2, 0, 3] : [1, 2, 0];
    const memory = new SharedArrayBuffer(samples * places.length);
    return places.map((place, plane) => {
      const data = new Uint8Array(memory, plane * samples, samples);
      for (let i = 0; i < samples; i++) data[i] = rgba[4 * i + place]!;
      return { data, width, height, stride: width };
    });
  }
}

function fail(path: string, cause: unknown): never {
  const why = cause instanceof Error ? cause.message.trim() : String(cause);
  const message = `expected an animated WebP that can be read but ${path} cannot (${why})`;
  throw new AppError('input-unreadable', message, { cause });
}
