import { AppError } from '../../core/errors.ts';
import { Frame } from '../../core/frame.ts';
import type { FrameFormat } from '../../core/frame.ts';
import type { FrameSource } from '../../core/frame-stream.ts';
import type { MediaInfo } from '../../core/media.ts';
import type { OutputPlan } from '../../core/output-plan.ts';
import { pictureBytes } from '../../core/pixel-format.ts';
import { rescaleTicks } from '../../core/time-base.ts';
import { ANIMATED_WEBP, openAnimatedWebp } from '../image/animated-webp.ts';
import { NutDemuxer } from '../nut/demuxer.ts';
import { isSuccess, startChild } from '../process/child.ts';
import type { Child, CommandRecord } from '../process/child.ts';
import { decodeArgs } from './decode-args.ts';
import { DecodeLog } from './decode-log.ts';
import { commandError, interrupted } from './failure.ts';
import { PicturePool } from './picture-pool.ts';
import { isCutOff } from './promised-end.ts';
import { ProgressReader } from './progress.ts';
import { isRawTag } from './raw-tags.ts';
import type { CommandOptions, FfmpegTools } from './tools.ts';

/**
 * Starts decoding: by ffmpeg, or by sharp where that is the one that can. Frames carry ticks of `plan.timeBase` on the source's time line; only those inside `plan.trim` come.
 * The stream has ended when four things agree: the NUT index came, ffmpeg exited with 0, it said that it had come to its
 * end, and the frames it counted are those that were read.
 */
export function openDecoder(
  tools: FfmpegTools,
  media: MediaInfo,
  plan: OutputPlan,
  options: CommandOptions = {},
): Promise<FrameSource> {
  if (media.formatName === ANIMATED_WEBP) return Promise.resolve(openAnimatedWebp(media, plan, options.signal));
  return Promise.resolve(new FfmpegDecoder(tools, media, plan, options));
}

class FfmpegDecoder implements FrameSource {
  readonly format: FrameFormat;
  readonly #plan: OutputPlan;
  readonly #media: MediaInfo;
  readonly #inputPath: string;
  readonly #signal: AbortSignal | undefined;
  readonly #progress = new ProgressReader();
  readonly #watch = new DecodeLog();
  #frames = 0;
  readonly #start: (plan: OutputPlan) => Child;
  #child: Child;
  readonly #pool: PicturePool;

  constructor(tools: FfmpegTools, media: MediaInfo, plan: OutputPlan, options: CommandOptions) {
    const { width, height, pixelFormat, color } = plan.source;
    this.format = { width, height, pixelFormat, color, timeBase: plan.timeBase };
    this.#plan = plan;
    this.#media = media;
    this.#inputPath = media.path;
    this.#signal = options.signal;
    this.#pool = new PicturePool(plan.source.decodedPixelFormat, width, height);
    this.#start = (how) =>
      startChild(tools.ffmpeg.path, decodeArgs(how, media, tools.capabilities), {
        ...options,
        stdout: 'direct',
        onStderrLine: (line) => this.#progress.take(line) || this.#watch.take(line),
      });
    this.#child = this.#start(plan);
  }

  async *frames(): AsyncGenerator<Frame> {
    try {
      yield* this.#readFrames();
    } catch (error) {
      throw await this.#explain(error);
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#child.kill();
    this.#pool.clear();
  }

  async *#readFrames(): AsyncGenerator<Frame> {
    const { trim, timeBase, source } = this.#plan;
    let nut = await this.#openPipe();
    let packet = await nut.nextPacket();
    const isLate = (pts: number) =>
      trim.fromTicks !== null && rescaleTicks(pts, nut.stream.timeBase, timeBase) > trim.fromTicks;
    if (source.seekSeconds !== null && (packet === null || isLate(packet.pts))) {
      // The jump went too far, or there is nothing after it: the slow way finds every frame.
      await this.#child.kill();
      this.#child = this.#start({ ...this.#plan, source: { ...source, seekSeconds: null } });
      nut = await this.#openPipe();
      packet = await nut.nextPacket();
    }
    let index = 0;
    let read = 0;
    let last = 0;
    for (; packet !== null; packet = await nut.nextPacket()) {
      this.#checkSize(packet.size);
      this.#checkLog();
      const picture = this.#pool.take();
      await nut.readPayload(picture.bytes);
      read += 1;
      const pts = rescaleTicks(packet.pts, nut.stream.timeBase, timeBase);
      last = Math.max(last, pts);
      if (trim.toTicks !== null && pts >= trim.toTicks) break; // A later frame proves that none before it is missing.
      if (trim.fromTicks !== null && pts < trim.fromTicks) this.#pool.give(picture);
      else yield this.#makeFrame(index++, pts, picture);
    }
    if (packet === null) await this.#checkEnd(nut, read);
    if (packet === null && isCutOff(this.#media, last / timeBase.den - source.offsetSeconds)) this.#watch.isCut = true;
    this.#checkLog();
    this.#frames = index;
    if (index === 0)
      throw new AppError('input-unreadable', `expected video frames in ${this.#inputPath} but none could be decoded`);
  }

  async #openPipe(): Promise<NutDemuxer> {
    const { output } = this.#child;
    if (output === null) throw new Error('the decoder has no pipe');
    const nut = await NutDemuxer.open(output);
    this.#checkFormat(nut);
    return nut;
  }

  #makeFrame(index: number, pts: number, picture: ReturnType<PicturePool['take']>): Frame {
    const planes =
      this.#plan.source.pixelFormat === this.#plan.source.decodedPixelFormat
        ? picture.planes
        : picture.planes.slice(0, -1);
    return new Frame({ index, pts, duration: null, format: this.format, planes }, () => {
      this.#pool.give(picture);
    });
  }

  #checkFormat(nut: NutDemuxer): void {
    const { width, height, decodedPixelFormat } = this.#plan.source;
    const { stream } = nut;
    if (isRawTag(stream.fourcc, decodedPixelFormat) && stream.width === width && stream.height === height) return;
    const got = `${String(stream.width)}x${String(stream.height)} of another format (tag ${Buffer.from(stream.fourcc).toString('hex')})`;
    const expected = `${String(width)}x${String(height)} pictures of ${decodedPixelFormat}`;
    throw new AppError('input-unsupported', `expected ${expected} from the decoder but got ${got}`);
  }

  #checkSize(sizeBytes: number): void {
    const { width, height, decodedPixelFormat } = this.#plan.source;
    const expected = pictureBytes(decodedPixelFormat, width, height);
    if (sizeBytes === expected) return;
    throw new AppError(
      'input-unsupported',
      'expected one picture size and format throughout but the video changes midway',
    );
  }

  losses(): readonly string[] {
    return this.#plan.source.tolerateDamage ? this.#watch.losses(this.#frames) : [];
  }

  #checkLog(): void {
    const { changesMidway, isCut } = this.#watch;
    if (changesMidway) throw this.#cutOff('the video changes its size or format midway');
    if (isCut && !this.#plan.source.tolerateDamage)
      throw this.#cutOff('the file is cut off (--tolerate-damage takes what is there)');
  }

  #cutOff(problem: string): AppError {
    return new AppError('input-unreadable', `could not decode ${this.#inputPath} to its end: ${problem}`);
  }

  async #checkEnd(nut: NutDemuxer, read: number): Promise<void> {
    const record = await this.#child.done;
    // ffmpeg also fails where most frames were damaged; the counts below still tell whether all that it wrote came.
    if (!isSuccess(record) && !(this.#plan.source.tolerateDamage && record.signal === null)) throw this.#failed(record);
    this.#checkLog();
    const counted = this.#progress.framesAtEnd;
    if (!nut.isComplete || counted !== read) {
      const got = `${String(read)} frames of ${counted === null ? 'an unknown number' : String(counted)}`;
      throw new AppError('ffmpeg-failed', `expected the decoder's end mark but got ${got} and the end of its pipe`, {
        details: { ...record },
      });
    }
  }

  /** A cut pipe is only a symptom: when ffmpeg itself failed, its own words come first. */
  async #explain(error: unknown): Promise<unknown> {
    if (this.#signal?.aborted === true) return interrupted();
    const isSymptom = (error as { code?: unknown }).code === 'ffmpeg-failed' && this.#child.output?.isAtEnd === true;
    if (!isSymptom) return error;
    const record = await this.#child.done;
    return isSuccess(record) ? error : this.#failed(record);
  }

  #failed(record: CommandRecord): AppError {
    const { message, code, details } = commandError(
      `could not decode ${this.#inputPath} to its end`,
      record,
      'input-unreadable',
    );
    const isDamage = code === 'input-unreadable' && !this.#plan.source.tolerateDamage && this.#watch.errors > 0;
    return new AppError(code, isDamage ? `${message}; --tolerate-damage goes on over it` : message, { details });
  }
}
