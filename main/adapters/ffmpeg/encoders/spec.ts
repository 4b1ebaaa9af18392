import { PRESETS } from '../../../core/codecs.ts';
import type { CodecChoice, Preset, VideoCodec } from '../../../core/codecs.ts';
import type { ColorInfo } from '../../../core/color.ts';
import type { HdrMetadata } from '../../../core/hdr.ts';
import type { PixelFormat } from '../../../core/pixel-format.ts';
import type { TimeBase } from '../../../core/time-base.ts';

/** One of ffmpeg's encoders as Tandem uses it. Pure data and an argument builder. */
export interface EncoderSpec {
  readonly choice: Exclude<CodecChoice, 'auto'>;
  /** ffmpeg's name. */
  readonly name: string;
  readonly codec: VideoCodec;
  /** Formats that it may be handed; those that work on this machine stand in the capability record. */
  readonly formats: readonly PixelFormat[];
  /** Quality 0 gives every sample back. */
  readonly canBeLossless: boolean;
  readonly largestSide: number;
  /** Chroma's grid alone decides the sizes it takes; otherwise both sides must be even. */
  readonly takesOddSizes: boolean;
  args(request: EncoderRequest): readonly string[];
  /** The container's name of what these arguments make, where the codec has several. */
  fourcc?(request: EncoderRequest): string;
  /** Filters into the layout that it takes: the same samples of this range, other places. */
  filters?(format: PixelFormat, range: ColorInfo['range']): readonly string[];
  /** Options before the input: the device. */
  readonly inputArgs?: readonly string[];
}

export interface EncoderRequest {
  readonly preset: Preset;
  /** The scale of x264's medium, 0 is lossless. */
  readonly crf: number;
  readonly threads: number;
  /** Frames of a second, named, since a guess would differ between segments. */
  readonly rate: TimeBase;
  readonly pixelFormat: PixelFormat;
  readonly color: ColorInfo;
  readonly hdr: HdrMetadata;
}

/** The value for a preset out of as many, from `ultrafast` to `placebo`. */
export function atPreset<T>(preset: Preset, values: readonly T[]): T {
  const value = values[PRESETS.indexOf(preset)];
  if (value === undefined) throw new RangeError(`expected one of ${PRESETS.join(', ')} but got "${preset}"`);
  return value;
}
