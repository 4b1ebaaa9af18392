import type { MediaInfo } from '../../core/media.ts';

/** Less than this may be missing: counts of frames and tags of duration are round. */
const TOLERANCE_SECONDS = 1;
const TOLERANCE_PART = 0.02;

/**
 * True where the container promised more video than came. ffmpeg ends well at the end of a cut Matroska, AVI or FLV file,
 * whose head still tells how long the whole was; MP4 tells by its index, and ffmpeg complains itself.
 * @param lastSeconds presentation of the last frame on the source's own time line
 */
export function isCutOff(media: MediaInfo, lastSeconds: number): boolean {
  const promised = promisedEndSeconds(media);
  if (promised === null) return false;
  return lastSeconds < promised - Math.max(TOLERANCE_SECONDS, promised * TOLERANCE_PART);
}

function promisedEndSeconds({ container, video, formatName, durationSeconds, startSeconds }: MediaInfo): number | null {
  // FLV's first tag tells; without it ffmpeg takes the last one's time, which promises nothing.
  if (formatName === 'flv') return durationSeconds === null ? null : durationSeconds + (startSeconds ?? 0);
  if (container === 'mkv' || container === 'webm') {
    const match = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(video.tags.DURATION ?? '');
    return match === null ? null : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
  }
  const rate = video.averageFrameRate;
  if (container !== 'avi' || video.frameCount === null || rate === null) return null;
  return (video.frameCount * rate.den) / rate.num;
}
