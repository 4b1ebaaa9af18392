import type { MediaInfo } from '../core/media.ts';
import type { OutputPlan } from '../core/output-plan.ts';

/** How many frames a job will have, for progress and ETA; `null` where the container does not say enough. */
export function estimateFrames(
  { video, durationSeconds }: MediaInfo,
  { source: { frameRatio } }: OutputPlan,
  fromSeconds: number | null,
  toSeconds: number | null,
): number | null {
  const rate = video.averageFrameRate;
  const times = (frames: number) => Math.max(0, Math.round((frames * frameRatio.num) / frameRatio.den));
  const cut = fromSeconds !== null || toSeconds !== null;
  if (!cut && video.frameCount !== null && video.frameCount > 0) return times(video.frameCount);
  if (!rate || durationSeconds === null) return null;
  const seconds = Math.min(toSeconds ?? Infinity, durationSeconds) - (fromSeconds ?? 0);
  return times((seconds * rate.num) / rate.den);
}
