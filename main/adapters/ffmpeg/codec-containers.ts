import type { VideoCodec } from '../../core/codecs.ts';
import type { OutputContainer } from '../../core/output-plan.ts';

/** What holds a codec in a way that common players and ffmpeg 4.1 read, the most usual first. */
export const CODEC_CONTAINERS: Readonly<Record<VideoCodec, readonly OutputContainer[]>> = {
  h264: ['mp4', 'mov', 'mkv'],
  hevc: ['mp4', 'mov', 'mkv'],
  av1: ['mp4', 'mkv', 'webm'],
  vp9: ['mp4', 'mkv', 'webm'],
  prores: ['mov', 'mkv'],
  ffv1: ['mkv'],
};

export const CODEC_NAMES: Readonly<Record<VideoCodec, string>> = {
  h264: 'H.264',
  hevc: 'HEVC',
  av1: 'AV1',
  vp9: 'VP9',
  prores: 'ProRes',
  ffv1: 'FFV1',
};

export const CONTAINER_NAMES: Readonly<Record<OutputContainer, string>> = {
  mp4: 'MP4',
  mov: 'QuickTime',
  mkv: 'Matroska',
  webm: 'WebM',
};
