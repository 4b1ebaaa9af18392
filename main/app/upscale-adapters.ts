import type { EncoderOptions } from '../adapters/ffmpeg/encoder.ts';
import type { ProbeOptions } from '../adapters/ffmpeg/probe.ts';
import type { CommandOptions, FfmpegTools } from '../adapters/ffmpeg/tools.ts';
import type { FrameSink, FrameSource } from '../core/frame-stream.ts';
import type { MediaInfo } from '../core/media.ts';
import type { MakeResampler } from '../core/plane-resampler.ts';
import type { OutputPlan, OutputRequest } from '../core/output-plan.ts';
import type { Runtime } from '../core/runtime.ts';
import type { ChosenModel, ModelWish } from './choose-model.ts';

export interface VerifyExpectation {
  /** Frames that were written. */
  readonly frames: number;
  /** The source shows nothing but black, so the output may. */
  readonly sourceIsBlack: boolean;
}

/** Everything outside that upscaling needs: ffmpeg, models, runtimes. `compose.ts` names the real ones. */
export interface UpscaleAdapters {
  locateFfmpeg(): Promise<FfmpegTools>;
  probeMedia(tools: FfmpegTools, path: string, options?: ProbeOptions): Promise<MediaInfo>;
  planOutput(media: MediaInfo, request: OutputRequest, capabilities: FfmpegTools['capabilities']): OutputPlan;
  openDecoder(tools: FfmpegTools, media: MediaInfo, plan: OutputPlan, options?: CommandOptions): Promise<FrameSource>;
  openEncoder(tools: FfmpegTools, plan: OutputPlan, options: EncoderOptions): Promise<FrameSink>;
  /** SHA-256 of what the plan's encoder makes of a few known frames; null where that says nothing. */
  fingerprintEncoder(tools: FfmpegTools, plan: OutputPlan, options?: CommandOptions): Promise<string | null>;
  joinSegments(
    tools: FfmpegTools,
    media: MediaInfo,
    plan: OutputPlan,
    segmentPaths: string[],
    temporaryPath: string,
    options?: CommandOptions,
  ): Promise<void>;
  verifyOutput(
    tools: FfmpegTools,
    plan: OutputPlan,
    temporaryPath: string,
    expectation: VerifyExpectation,
    options?: CommandOptions,
  ): Promise<void>;
  loadModel(wish: ModelWish): Promise<ChosenModel>;
  /** Resamples chroma sooner than the core does itself. */
  readonly makeResampler?: MakeResampler;
  createRuntime(device: string): Runtime;
  /** Devices beside this computer's own that the request names: GPUs and phones. @throws AppError when it names one that is not there */
  findHelpers(device: string): Promise<Helper[]>;
}

/** A device that pictures travel to. */
export interface Helper {
  readonly name: string;
  readonly runtime: Runtime;
  /** Waits until it can be used again after it was lost; absent for one that never can. */
  readonly comesBack?: (signal: AbortSignal) => Promise<'returned' | 'stayed'>;
  /** What a person should know of it before the job. */
  readonly note?: string;
}
