import type { MediaInfo } from '../../core/media.ts';
import type { OutputPlan, TrackPlan } from '../../core/output-plan.ts';
import { fileUrl } from './decode-args.ts';
import type { Capabilities } from './tools.ts';

const MUXERS = { mp4: 'mp4', mov: 'mov', mkv: 'matroska' } as const;

export interface MuxInit {
  readonly plan: OutputPlan;
  readonly media: MediaInfo;
  readonly capabilities: Capabilities;
  /** Whole seconds by which the piped video is late, see JoinedVideo. */
  readonly leadSeconds: number;
  readonly outputPath: string;
}

/** Arguments of the last process: the joined video from stdin, everything else from the source, nothing encoded but text. */
export function muxArgs({ plan, media, capabilities, leadSeconds, outputPath }: MuxInit): string[] {
  const shift = plan.trim.shiftTicks / plan.timeBase.den;
  const others = plan.tracks.filter((track) => track.action !== 'drop');
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'level+info', '-xerror', '-y', '-copyts'],
    ...offsetArgs(-leadSeconds - shift),
    ...['-f', 'mov', '-i', 'pipe:0'],
    ...offsetArgs(plan.source.offsetSeconds - shift),
    ...['-i', fileUrl(media.path), '-map', '0:v:0'],
    ...others.flatMap((track) => ['-map', `1:${String(track.index)}`]),
    ...['-map_metadata', '1', '-map_chapters', plan.chapters ? '1' : '-1'],
    ...['-map_metadata:s:0', `1:s:${String(plan.source.streamIndex)}`],
    ...['-c', 'copy', ...others.flatMap(convertArgs)],
    ...videoArgs(plan, media),
    ...['-avoid_negative_ts', 'disabled', '-max_muxing_queue_size', '4096'],
    ...(plan.container === 'mkv' ? [] : movieArgs(plan, capabilities)),
    ...['-f', MUXERS[plan.container], fileUrl(outputPath)],
  ];
}

function offsetArgs(seconds: number): string[] {
  return seconds === 0 ? [] : ['-itsoffset', seconds.toFixed(6)];
}

function convertArgs(track: TrackPlan, i: number): string[] {
  return track.action === 'convert' && track.to !== null ? [`-c:${String(i + 1)}`, track.to] : [];
}

function videoArgs(plan: OutputPlan, media: MediaInfo): string[] {
  const { dispositions } = media.video;
  // Turned pixels must not be turned again by a tag that older versions copy from the source.
  const isTurned = plan.picture.rotation.how === 'pixels';
  return [
    ...(isTurned ? ['-metadata:s:0', 'rotate='] : []),
    ...['-disposition:0', dispositions.length > 0 ? dispositions.join('+') : '0'],
  ];
}

function movieArgs(plan: OutputPlan, capabilities: Capabilities): string[] {
  return [
    ...['-movflags', '+faststart', '-video_track_timescale', String(plan.timeBase.den)],
    ...(capabilities.options.movieTimescale ? ['-movie_timescale', String(plan.timeBase.den)] : []),
  ];
}
