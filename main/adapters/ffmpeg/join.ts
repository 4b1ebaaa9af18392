import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { MediaInfo } from '../../core/media.ts';
import type { OutputPlan } from '../../core/output-plan.ts';
import { isSuccess, startChild } from '../process/child.ts';
import { commandError, interrupted } from './failure.ts';
import { openJoinedVideo } from './joined-video.ts';
import { muxArgs } from './mux-args.ts';
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
  const video = await openJoinedVideo(plan, segmentPaths);
  const { capabilities } = tools;
  const args = muxArgs({ plan, media, capabilities, leadSeconds: video.leadSeconds, outputPath: temporaryPath });
  const child = startChild(tools.ffmpeg.path, args, { ...options, stdin: 'pipe' });
  if (child.stdin === null) throw new Error('the muxer has no pipe');
  let feedError: unknown = null;
  try {
    await pipeline(Readable.from(video.bytes(), { objectMode: false }), child.stdin);
  } catch (error) {
    // A muxer that died breaks the pipe: its own words matter then. Anything else must not pass for an end of the video.
    if ((error as { code?: unknown }).code !== 'EPIPE') {
      feedError = error;
      await child.kill();
    }
  }
  const record = await child.done;
  if (options.signal?.aborted === true) throw interrupted();
  if (feedError !== null) throw feedError;
  if (!isSuccess(record)) throw commandError(`could not write ${temporaryPath}`, record);
}
