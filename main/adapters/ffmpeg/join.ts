import { mkdir } from 'node:fs/promises';
import type { MediaInfo } from '../../core/media.ts';
import { isMatroska } from '../../core/output-plan.ts';
import type { OutputPlan } from '../../core/output-plan.ts';
import { ANIMATED_WEBP } from '../image/animated-webp.ts';
import { setWebpLength } from '../image/webp-chunks.ts';
import { refineStarts } from '../mp4/refine-starts.ts';
import { isSuccess, startChild } from '../process/child.ts';
import type { Child } from '../process/child.ts';
import { commandError, interrupted } from './failure.ts';
import { openJoinedVideo } from './joined-video.ts';
import type { JoinedVideo } from './joined-video.ts';
import { muxArgs } from './mux-args.ts';
import { removeSideFiles, writeSideFiles } from './side-files.ts';
import { pictureArgs } from './write-pictures.ts';
import type { CommandOptions, FfmpegTools } from './tools.ts';

/** Joins the segments, in order, and adds the source's other tracks, chapters and tags: writes `temporaryPath` whole. */
export async function joinSegments(
  tools: FfmpegTools,
  media: MediaInfo,
  plan: OutputPlan,
  segmentPaths: readonly string[],
  temporaryPath: string,
  options: CommandOptions = {},
): Promise<void> {
  const endTicks = animationEnd(media, plan);
  const video = await openJoinedVideo(plan, segmentPaths, endTicks);
  const { capabilities } = tools;
  if (plan.pictures !== null) {
    if (plan.pictures.pattern !== null) await mkdir(temporaryPath, { recursive: true });
    const lastSeconds = endTicks === null ? null : video.lastDuration / plan.timeBase.den;
    const args = pictureArgs(plan, plan.pictures, temporaryPath, capabilities, lastSeconds);
    await runMuxer(tools, args, video, temporaryPath, options);
    const isAnimation = plan.pictures.kind === 'webp' && plan.pictures.pattern === null;
    if (isAnimation) await setWebpLength(temporaryPath, Math.round((video.spanTicks * 1000) / plan.timeBase.den));
    return;
  }
  const sideFiles = await writeSideFiles(tools, media, plan, temporaryPath, options);
  try {
    const { firstDts } = video;
    const args = muxArgs({ plan, media, capabilities, firstDts, outputPath: temporaryPath, sideFiles });
    await runMuxer(tools, args, video, temporaryPath, options);
  } finally {
    await removeSideFiles(sideFiles);
  }
  if (!isMatroska(plan.container) && !capabilities.options.movieTimescale) {
    await refineStarts(temporaryPath, plan.timeBase.den, video.firstPts - plan.trim.shiftTicks, video.spanTicks);
  }
}

/** Animations say how long their last picture stays, by the length of the whole. */
function animationEnd({ formatName, durationSeconds }: MediaInfo, { timeBase, trim }: OutputPlan): number | null {
  const isAnimation = formatName === 'gif' || formatName === ANIMATED_WEBP;
  if (!isAnimation || durationSeconds === null || trim.toTicks !== null) return null;
  return Math.round(durationSeconds * timeBase.den);
}

async function runMuxer(
  tools: FfmpegTools,
  args: readonly string[],
  video: JoinedVideo,
  temporaryPath: string,
  options: CommandOptions,
): Promise<void> {
  const child = startChild(tools.ffmpeg.path, args, { ...options, stdin: 'direct' });
  const feedError = await feed(child, video.bytes());
  const record = await child.done;
  if (options.signal?.aborted === true) throw interrupted();
  if (feedError !== null) throw feedError.error;
  if (!isSuccess(record)) throw commandError(`could not write ${temporaryPath}`, record);
}

/**
 * Sends everything. A muxer that dies breaks the pipe, and its own words matter then; what our side fails at is returned,
 * with the muxer stopped, since an end of its input would pass for the end of the video.
 */
async function feed(child: Child, bytes: AsyncGenerator<Uint8Array>): Promise<{ readonly error: unknown } | null> {
  const { input } = child;
  if (input === null) throw new Error('the muxer has no pipe');
  try {
    for await (const piece of bytes) if (!(await input.write([piece]))) break;
    input.end();
    return null;
  } catch (error) {
    await child.kill();
    return { error };
  }
}
