/** The words by which a person names a video encoder, and what stream each makes. */

export type VideoCodec = 'h264' | 'hevc' | 'av1' | 'vp9' | 'prores' | 'ffv1';

/** `auto` takes what keeps the source whole: x264 where it can. */
export const CODEC_CHOICES = [
  ...['auto', 'x264', 'x265', 'svt-av1', 'aom-av1', 'vp9', 'prores', 'ffv1'],
  ...['nvenc-h264', 'nvenc-hevc', 'nvenc-av1', 'qsv-h264', 'qsv-hevc', 'qsv-av1', 'vaapi-h264', 'vaapi-hevc'],
  ...['videotoolbox-h264', 'videotoolbox-hevc', 'amf-h264', 'amf-hevc'],
] as const;

export type CodecChoice = (typeof CODEC_CHOICES)[number];

/** x264's own names, fastest first; each other encoder takes the setting nearest in what it spends. */
export const PRESETS = [
  ...['ultrafast', 'superfast', 'veryfast', 'faster', 'fast'],
  ...['medium', 'slow', 'slower', 'veryslow', 'placebo'],
] as const;

export type Preset = (typeof PRESETS)[number];
