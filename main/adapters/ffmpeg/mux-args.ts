import type { MediaInfo } from '../../core/media.ts';
import type { OutputPlan, TrackPlan } from '../../core/output-plan.ts';
import { fileUrl } from './decode-args.ts';
import type { Capabilities } from './tools.ts';

/** Packets read ahead from each input, so that one need not wait for the other. */
const QUEUE = ['-thread_queue_size', '512'];

const MUXERS = { mp4: 'mp4', mov: 'mov', mkv: 'matroska' } as const;

export interface MuxInit {
  readonly plan: OutputPlan;
  readonly media: MediaInfo;
  readonly capabilities: Capabilities;
  /** Where the piped video begins, see JoinedVideo. */
  readonly firstDts: number;
  readonly outputPath: string;
}

/** Arguments of the last process: the joined video from stdin, everything else from the source, nothing encoded but text. */
export function muxArgs({ plan, media, capabilities, firstDts, outputPath }: MuxInit): string[] {
  const shift = plan.trim.shiftTicks / plan.timeBase.den;
  const others = plan.tracks.filter((track) => track.action !== 'drop');
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'level+info', '-xerror', '-y', '-copyts'],
    ...offsetArgs((firstDts - plan.trim.shiftTicks) / plan.timeBase.den),
    ...[...QUEUE, '-f', 'mov', '-i', 'pipe:0'],
    ...offsetArgs(plan.source.offsetSeconds - shift),
    ...[...QUEUE, '-i', fileUrl(media.path), '-map', '0:v:0'],
    ...others.flatMap((track) => ['-map', `1:${String(track.index)}`]),
    ...['-map_metadata', '1', '-map_chapters', plan.chapters ? '1' : '-1'],
    // Naming one track's tags stops ffmpeg from copying those of the others.
    ...[plan.source.streamIndex, ...others.map((track) => track.index)].flatMap((index, i) => [
      `-map_metadata:s:${String(i)}`,
      `1:s:${String(index)}`,
    ]),
    ...['-c', 'copy', ...others.flatMap(convertArgs)],
    ...videoArgs(plan, media),
    ...trimArgs(plan),
    ...['-avoid_negative_ts', 'disabled', '-max_muxing_queue_size', '4096'],
    ...(plan.container === 'mkv' ? [] : movieArgs(plan, capabilities)),
    ...['-f', MUXERS[plan.container], fileUrl(outputPath)],
  ];
}

function offsetArgs(seconds: number): string[] {
  return seconds === 0 ? [] : ['-itsoffset', seconds.toFixed(6)];
}

/** The other tracks are cut at whole packets: those that begin inside the span are taken. The video is cut already. */
function trimArgs({ trim, timeBase }: OutputPlan): string[] {
  const end = trim.toTicks === null ? null : (trim.toTicks - trim.shiftTicks) / timeBase.den;
  return [...(trim.fromTicks === null ? [] : ['-copypriorss', '0']), ...(end === null ? [] : ['-t', end.toFixed(6)])];
}

function convertArgs(track: TrackPlan, i: number): string[] {
  return track.action === 'convert' && track.to !== null ? [`-c:${String(i + 1)}`, track.to] : [];
}

/** Tags that describe the source's own bytes, and a turn that is told by the display matrix or was done to the pixels. */
const STALE_TAG = /^(BPS|DURATION|NUMBER_OF_|_STATISTICS_|ENCODER|rotate)/i;

function videoArgs(plan: OutputPlan, media: MediaInfo): string[] {
  const { dispositions, tags } = media.video;
  const stale = Object.keys(tags).filter(
    (name) => STALE_TAG.test(name) && (plan.picture.rotation.how !== 'metadata' || name !== 'rotate'),
  );
  return [
    ...stale.flatMap((name) => ['-metadata:s:0', `${name}=`]),
    ...['-disposition:0', dispositions.length > 0 ? dispositions.join('+') : '0'],
  ];
}

function movieArgs(plan: OutputPlan, capabilities: Capabilities): string[] {
  return [
    ...['-movflags', '+faststart', '-video_track_timescale', String(plan.timeBase.den)],
    ...(capabilities.options.movieTimescale ? ['-movie_timescale', String(plan.timeBase.den)] : []),
  ];
}
