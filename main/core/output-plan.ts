/** What a job will write and how, as plain data: decided once from what the probe saw, printed, journalled and obeyed. */
import type { CodecChoice, Preset, VideoCodec } from './codecs.ts';
import type { ColorInfo } from './color.ts';
import type { Deinterlacing } from './fields.ts';
import type { HdrMetadata } from './hdr.ts';
import type { PixelFormat } from './pixel-format.ts';
import type { PicturesPlan } from './pictures.ts';
import type { TimeBase } from './time-base.ts';

/** What the person asked for. */
export interface OutputRequest {
  readonly inputPath: string;
  /** `null` lets the plan choose a name beside the input. */
  readonly outputPath: string | null;
  /** Whole number, 1 or more. */
  readonly scale: number;
  readonly codec: CodecChoice;
  /** Quality on x264's scale whatever the encoder: 0 is lossless where it can, 51 the worst. */
  readonly crf: number;
  readonly preset: Preset;
  /** Seconds since the file's start as a player counts them; frames with `from <= time < to` are taken. */
  readonly fromSeconds: number | null;
  readonly toSeconds: number | null;
  readonly deinterlace: Deinterlacing;
  /** Takes 3:2 pulldown out of film. */
  readonly inverseTelecine: boolean;
  /** Goes on over damaged frames and a cut end; what was lost is told. */
  readonly tolerateDamage: boolean;
  /** Frames of one segment; part of a job's identity. */
  readonly segmentFrames: number;
  readonly modelColour: 'y' | 'rgb';
  /** Threads of each encoder. Part of a job's identity, since x264's bits depend on it. Four when absent. */
  readonly encoderThreads?: number;
}

export type OutputContainer = 'mp4' | 'mov' | 'mkv' | 'webm';

/** WebM is a small Matroska. */
export function isMatroska(container: OutputContainer): boolean {
  return container === 'mkv' || container === 'webm';
}

export interface OutputPlan {
  readonly container: OutputContainer;
  readonly outputPath: string;
  /** Where the output is pictures: `container` holds the frames on their way then. */
  readonly pictures: PicturesPlan | null;
  readonly source: SourcePlan;
  readonly picture: PicturePlan;
  /** Ticks of decoded frames, of segments and of the output's video: holds every tick of the source. */
  readonly timeBase: TimeBase;
  /** Ticks of one frame at the average rate: for the last frame of a file that has one only. */
  readonly frameTicks: number;
  /** Frames whose pts lies in `[fromTicks, toTicks)` are taken; the output is shifted by `-shiftTicks`. */
  readonly trim: TrimPlan;
  readonly encoder: EncoderPlan;
  /** Every track of the source but the upscaled one, by stream index; its captions, where it has some, by its own. */
  readonly tracks: readonly TrackPlan[];
  readonly chapters: boolean;
  /** SMPTE timecode of the output's first frame. */
  readonly timecode: string | null;
  /** One sentence for each thing that deviates from the source; printed before the start. */
  readonly notes: readonly string[];
  readonly segmentFrames: number;
}

/** How frames come out of the decoder. */
export interface SourcePlan {
  readonly streamIndex: number;
  /** Size of decoded frames, after turning where the pixels are turned. */
  readonly width: number;
  readonly height: number;
  /** What frames carry. Without alpha, also where the decoder delivers one. */
  readonly pixelFormat: PixelFormat;
  /** What the decoder delivers: `pixelFormat`, or the same with alpha, which is dropped while reading. */
  readonly decodedPixelFormat: PixelFormat;
  /** The container's ticks; `plan.timeBase` may be finer. */
  readonly timeBase: TimeBase;
  readonly color: ColorInfo;
  /** ffmpeg filters of the decoder, in order: deinterlacing and turning, never a scaler. */
  readonly filters: readonly string[];
  /** Frames that come out of the filters for each that goes in. */
  readonly frameRatio: { readonly num: number; readonly den: number };
  readonly tolerateDamage: boolean;
  /** Whole seconds added to the source's stamps where it has negative ones, which the pipes cannot hold. */
  readonly offsetSeconds: number;
  /** Where the decoder may start reading to reach the first wanted frame; `null` is the beginning. */
  readonly seekSeconds: number | null;
}

/** What the encoder gets and what the output says of it. */
export interface PicturePlan {
  /** Source size times scale: the size of frames pushed into the encoder's sink. */
  readonly width: number;
  readonly height: number;
  /** After padding to what the codec takes; the sink pads by repeating the last column and row. */
  readonly codedWidth: number;
  readonly codedHeight: number;
  /** Of the frames that the sink gets. */
  readonly pixelFormat: PixelFormat;
  readonly bitDepth: number;
  /** What the encoder gets: the same planes, perhaps with more bits a sample. */
  readonly encodedPixelFormat: PixelFormat;
  /** `null` where the source does not say. */
  readonly sampleAspectRatio: TimeBase | null;
  /** `metadata`: players flip and turn the picture by `degrees` clockwise. `pixels`: that was done while decoding. */
  readonly rotation: {
    readonly degrees: number;
    readonly mirrored: boolean;
    readonly how: 'none' | 'metadata' | 'pixels';
  };
  readonly color: ColorInfo;
  readonly hdr: HdrMetadata;
}

/** Ticks are those of `plan.timeBase` on the decoder's time line: the source's own plus `source.offsetSeconds`. */
export interface TrimPlan {
  /** `null` is open. */
  readonly fromTicks: number | null;
  readonly toTicks: number | null;
  /** Subtracted from a decoded frame's pts to get its place in the output. */
  readonly shiftTicks: number;
}

export interface EncoderPlan {
  /** ffmpeg's name, e.g. `libx264`. */
  readonly name: string;
  readonly codec: VideoCodec;
  /** The container's name of the stream, where the codec has several. */
  readonly fourcc: string | null;
  /** Options before the input: a device. */
  readonly inputArgs: readonly string[];
  readonly filters: readonly string[];
  /** Quality on the scale of x264's medium; 0 where nothing or next to nothing is lost. */
  readonly crf: number;
  /** ffmpeg output options between the mapping and the file. */
  readonly args: readonly string[];
  readonly threads: number;
}

export interface TrackPlan {
  readonly index: number;
  readonly kind: 'video' | 'audio' | 'subtitle' | 'captions' | 'attachment' | 'data' | 'cover';
  readonly action: 'copy' | 'convert' | 'drop';
  /** Codec converted to. */
  readonly to: string | null;
  /** Why it is not copied; `null` also where nothing is lost without it. */
  readonly why: string | null;
}
