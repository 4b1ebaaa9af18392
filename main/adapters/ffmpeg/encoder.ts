import { open, rm } from 'node:fs/promises';
import { AppError } from '../../core/errors.ts';
import { createDepthChange } from '../../core/bit-depth.ts';
import type { ChangeDepth } from '../../core/bit-depth.ts';
import type { Frame } from '../../core/frame.ts';
import type { FrameSink, SinkSummary } from '../../core/frame-stream.ts';
import type { OutputPlan } from '../../core/output-plan.ts';
import { pictureBytes, planeSizes } from '../../core/pixel-format.ts';
import { nutFrameHead, nutHeader } from '../nut/muxer.ts';
import { isSuccess, startChild } from '../process/child.ts';
import type { Child, CommandRecord } from '../process/child.ts';
import { encodeArgs } from './encode-args.ts';
import { commandError, interrupted } from './failure.ts';
import { packPlane } from './pad.ts';
import { ProgressReader } from './progress.ts';
import { rawTag } from './raw-tags.ts';
import { readSegmentPackets } from './segment.ts';
import type { CommandOptions, FfmpegTools } from './tools.ts';

export interface EncoderOptions extends CommandOptions {
  /** Number of the segment, for messages. */
  readonly segmentIndex: number;
  /** File to write; an older one is replaced. */
  readonly path: string;
}

/**
 * Starts a fresh encoder for one segment. It is finished when ffmpeg exited with 0 at its own end and the file, read
 * back, holds exactly the stamps that were pushed: a feeder that dies leaves ffmpeg with exit code 0 and a short file.
 */
export function openEncoder(tools: FfmpegTools, plan: OutputPlan, options: EncoderOptions): Promise<FrameSink> {
  return Promise.resolve(new SegmentEncoder(tools, plan, options));
}

class SegmentEncoder implements FrameSink {
  readonly #plan: OutputPlan;
  readonly #options: EncoderOptions;
  readonly #child: Child;
  readonly #progress = new ProgressReader();
  readonly #pushed: number[] = [];
  readonly #changeDepth: ChangeDepth | null;
  #scaled = false;
  /** Goes before the first frame. */
  #header: Uint8Array | null;

  constructor(tools: FfmpegTools, plan: OutputPlan, options: EncoderOptions) {
    this.#plan = plan;
    this.#options = options;
    const { pixelFormat, color } = plan.picture;
    this.#changeDepth = createDepthChange(pixelFormat, plan.picture.encodedPixelFormat, color.range === 'pc');
    this.#child = startChild(tools.ffmpeg.path, encodeArgs(plan, options.path, tools.capabilities), {
      ...options,
      stdin: 'direct',
      onStderrLine: (line) => this.#progress.take(line) || this.#takeLog(line),
    });
    const { codedWidth: width, codedHeight: height, encodedPixelFormat, sampleAspectRatio } = plan.picture;
    this.#header = nutHeader({
      ...{ fourcc: rawTag(encodedPixelFormat), width, height, sampleAspectRatio },
      timeBase: plan.timeBase,
    });
  }

  async push(frame: Frame): Promise<void> {
    try {
      const { codedWidth, codedHeight, encodedPixelFormat } = this.#plan.picture;
      const sizes = planeSizes(encodedPixelFormat, codedWidth, codedHeight);
      const parts = sizes.map((size, i) => {
        const plane = frame.planes[i];
        if (plane === undefined) throw new RangeError(`expected ${String(sizes.length)} planes but got ${String(i)}`);
        return packPlane(this.#changeDepth?.(plane, i) ?? plane, size);
      });
      await this.#write([nutFrameHead(frame.pts, pictureBytes(encodedPixelFormat, codedWidth, codedHeight)), ...parts]);
      this.#pushed.push(frame.pts);
    } finally {
      frame.close();
    }
  }

  async finish(): Promise<SinkSummary> {
    this.#child.input?.end();
    const record = await this.#child.done;
    this.#check(record);
    const { path } = this.#options;
    const packets = await readSegmentPackets(path, this.#plan.timeBase);
    const written = packets.map((packet) => packet.pts).sort((a, b) => a - b);
    if (!isSame(written, this.#pushed)) {
      const got = `${String(written.length)}${written.length === this.#pushed.length ? ' with other stamps' : ''}`;
      throw this.#error(
        `expected ${String(this.#pushed.length)} frames in it as they were pushed but got ${got}`,
        record,
      );
    }
    const file = await open(path, 'r+');
    await file.sync().finally(() => file.close());
    return { frames: written.length, firstPts: written[0] ?? null, lastPts: written.at(-1) ?? null };
  }

  async abort(): Promise<void> {
    await this.#child.kill();
    await rm(this.#options.path, { force: true }).catch(() => undefined);
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    const { input } = this.#child;
    if (input === null) throw new Error('the encoder has no pipe');
    const isWritten = await input.write(this.#header === null ? parts : [this.#header, ...parts]);
    this.#header = null;
    if (!isWritten) this.#check(await this.#child.done, true);
  }

  #check(record: CommandRecord, isMidway = false): void {
    if (this.#options.signal?.aborted === true) throw interrupted();
    if (!isSuccess(record))
      throw commandError(`could not encode segment ${String(this.#options.segmentIndex)}`, record);
    if (this.#scaled) throw this.#error('ffmpeg put a scaler between the frames and the encoder', record);
    const counted = this.#progress.framesAtEnd;
    if (isMidway || counted !== this.#pushed.length) {
      const got = counted === null ? 'no end mark' : `${String(counted)} frames`;
      throw this.#error(`expected ${String(this.#pushed.length)} frames encoded but got ${got}`, record);
    }
  }

  #error(message: string, record: CommandRecord): AppError {
    const text = `could not encode segment ${String(this.#options.segmentIndex)}: ${message}`;
    return new AppError('ffmpeg-failed', text, { details: { ...record } });
  }

  #takeLog(line: string): boolean {
    if (/auto.inserted|auto-inserting|scaler_out_/i.test(line)) this.#scaled = true;
    return /\[(verbose|debug)\]/.test(line);
  }
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
