import type { MediaInfo } from '../../core/media.ts';
import { isMatroska } from '../../core/output-plan.ts';
import type { OutputPlan, TrackPlan } from '../../core/output-plan.ts';
import { fileUrl, inputArgs } from './decode-args.ts';
import { needsFreeTags } from './plan-beside.ts';
import type { SideFile } from './side-files.ts';
import type { Capabilities } from './tools.ts';

/** Packets read ahead from each input, so that one need not wait for the other. */
const QUEUE = ['-thread_queue_size', '512'];

const MUXERS = { mp4: 'mp4', mov: 'mov', mkv: 'matroska', webm: 'webm' } as const;

export interface MuxInit {
  readonly plan: OutputPlan;
  readonly media: MediaInfo;
  readonly capabilities: Capabilities;
  /** Where the piped video begins, see JoinedVideo. */
  readonly firstDts: number;
  readonly outputPath: string;
  readonly sideFiles: readonly SideFile[];
}

/** Arguments of the last process: the joined video from stdin, everything else from the source, nothing encoded but text. */
export function muxArgs(init: MuxInit): string[] {
  const { plan, media, capabilities, firstDts, outputPath, sideFiles } = init;
  const seconds = (ticks: number) => ticks / plan.timeBase.den;
  const texts = sideFiles.filter((file) => file.kind === 'text');
  const covers = sideFiles.filter((file) => file.kind === 'cover');
  const others = plan.tracks.filter(
    (track) =>
      track.action !== 'drop' &&
      !covers.some((file) => file.trackIndex === track.index) &&
      (track.kind !== 'captions' || texts.some((file) => file.trackIndex === track.index)),
  );
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'level+info', '-xerror', '-y', '-copyts'],
    ...offsetArgs(seconds(firstDts - plan.trim.shiftTicks)),
    ...[...QUEUE, '-f', 'mov', '-i', 'pipe:0'],
    ...offsetArgs(plan.source.offsetSeconds - seconds(plan.trim.shiftTicks)),
    ...[...QUEUE, ...inputArgs(media)],
    ...texts.flatMap((file) => ['-f', 'srt', '-i', fileUrl(file.path)]),
    ...['-map', '0:v:0', ...others.flatMap((track) => ['-map', inputOf(track, texts)])],
    ...['-map_metadata', '1', '-map_chapters', plan.chapters ? '1' : '-1'],
    // Naming one track's tags stops ffmpeg from copying those of the others.
    ...['-map_metadata:s:0', `1:s:${String(plan.source.streamIndex)}`],
    ...others.flatMap((track, i) => tagArgs(track, i + 1)),
    ...['-c', 'copy', ...others.flatMap((track, i) => trackArgs(track, i + 1, init))],
    ...videoArgs(plan, media),
    ...timecodeArgs(plan, media),
    ...attachArgs(covers, others),
    ...endArgs(plan),
    ...['-avoid_negative_ts', 'disabled', '-max_muxing_queue_size', '4096'],
    ...staleFileTags(media),
    ...(isMatroska(plan.container) ? [] : movieArgs(plan, media, capabilities)),
    ...['-f', MUXERS[plan.container], fileUrl(outputPath)],
  ];
}

function tagArgs({ kind, index }: TrackPlan, output: number): string[] {
  if (kind === 'captions') return [`-metadata:s:${String(output)}`, 'title=Closed captions'];
  return [`-map_metadata:s:${String(output)}`, `1:s:${String(index)}`];
}

/** The source itself, or the text that was cut out of it. */
function inputOf(track: TrackPlan, texts: readonly SideFile[]): string {
  const text = texts.findIndex((file) => file.trackIndex === track.index);
  return text < 0 ? `1:${String(track.index)}` : `${String(2 + text)}:0`;
}

/** Dispositions are named, since text that comes from a side file has none of its own. */
function trackArgs(track: TrackPlan, output: number, { media, plan, sideFiles }: MuxInit): string[] {
  const isOwn = track.kind !== 'captions'; // Captions stand under the number of their video.
  const source = isOwn ? media.tracks.find(({ index }) => index === track.index) : undefined;
  const isText = sideFiles.some((file) => file.trackIndex === track.index);
  const wanted = track.action === 'convert' ? track.to : isText ? (source?.codec ?? null) : null;
  const codec = isText && wanted === 'subrip' ? null : wanted; // A side file is SubRip already.
  const isCut = plan.trim.fromTicks !== null;
  const isNamed = track.kind === 'subtitle' || track.action === 'convert';
  return [
    ...(codec === null ? [] : [`-c:${String(output)}`, codec]),
    // Packets are cut whole: those that begin inside the span are taken. A cover belongs to no time.
    ...(isCut && track.kind !== 'cover' ? [`-copypriorss:${String(output)}`, '0'] : []),
    ...(isNamed ? [`-disposition:${String(output)}`, named(source?.dispositions ?? [])] : []),
    // Opus and FLAC in MP4 were called experimental by ffmpeg before 4.3; the files are the same.
    ...(source?.codec === 'opus' || source?.codec === 'flac' ? ['-strict', '-2'] : []),
  ];
}

/** Known to every ffmpeg that Tandem meets; an unknown one would end the mux. */
const DISPOSITIONS = new Set(
  [
    'default',
    'dub',
    'original',
    'comment',
    'lyrics',
    'karaoke',
    'forced',
    'hearing_impaired',
    'visual_impaired',
  ].concat(['clean_effects', 'attached_pic', 'captions', 'descriptions', 'metadata']),
);

function named(dispositions: readonly string[]): string {
  return dispositions.filter((name) => DISPOSITIONS.has(name)).join('+') || '0';
}

/** Covers as attachments, numbered after those of the source. */
function attachArgs(covers: readonly SideFile[], others: readonly TrackPlan[]): string[] {
  const before = others.filter((track) => track.kind === 'attachment').length;
  return covers.flatMap(({ path, mimeType }, i) => {
    const tag = `-metadata:s:t:${String(before + i)}`;
    const name = `cover${i === 0 ? '' : String(i + 1)}.${mimeType === 'image/png' ? 'png' : 'jpg'}`;
    return ['-attach', path, tag, `mimetype=${mimeType ?? ''}`, tag, `filename=${name}`];
  });
}

/** Tags that name the brand of an MP4: Matroska would keep them as if they were somebody's words. */
function staleFileTags({ tags }: MediaInfo): string[] {
  const names = Object.keys(tags).filter((name) => /^(major_brand|minor_version|compatible_brands)$/i.test(name));
  return names.flatMap((name) => ['-metadata', `${name}=`]);
}

/** It is a tag of the video, out of which MP4 and QuickTime make a track; elsewhere the source's own must not contradict it. */
function timecodeArgs({ timecode }: OutputPlan, { tags }: MediaInfo): string[] {
  if (timecode === null) return [];
  const ofFile = Object.keys(tags).filter((name) => name.toLowerCase() === 'timecode');
  return ['-metadata:s:0', `timecode=${timecode}`, ...ofFile.flatMap((name) => ['-metadata', `${name}=${timecode}`])];
}

function offsetArgs(seconds: number): string[] {
  return seconds === 0 ? [] : ['-itsoffset', seconds.toFixed(6)];
}

/** Where every track ends. */
function endArgs({ trim, timeBase }: OutputPlan): string[] {
  return trim.toTicks === null ? [] : ['-t', ((trim.toTicks - trim.shiftTicks) / timeBase.den).toFixed(6)];
}

/** Tags that describe the source's own bytes, and a turn that is told by the display matrix or was done to the pixels. */
const STALE_TAG = /^(BPS|DURATION|NUMBER_OF_|_STATISTICS_|ENCODER|rotate)/i;

function videoArgs(plan: OutputPlan, media: MediaInfo): string[] {
  const { dispositions, tags } = media.video;
  const stale = Object.keys(tags).filter(
    (name) => STALE_TAG.test(name) && (plan.picture.rotation.how !== 'metadata' || name !== 'rotate'),
  );
  return [...stale.flatMap((name) => ['-metadata:s:0', `${name}=`]), ...['-disposition:0', named(dispositions)]];
}

function movieArgs(plan: OutputPlan, media: MediaInfo, capabilities: Capabilities): string[] {
  const { color } = plan.picture;
  const flags = [
    '+faststart',
    ...(color.range !== null && color.matrix !== null ? ['+write_colr'] : []),
    ...(needsFreeTags(media) ? ['+use_metadata_tags'] : []),
  ];
  return [
    // The name that Apple's players want: parameter sets stand in the head alone.
    ...(plan.encoder.codec === 'hevc' ? ['-tag:v:0', 'hvc1'] : []),
    // Before ffmpeg 4.3 colour was written into an MP4 only when asked for; and then always with a range.
    ...['-movflags', flags.join(''), '-video_track_timescale', String(plan.timeBase.den)],
    ...(capabilities.options.movieTimescale ? ['-movie_timescale', String(plan.timeBase.den)] : []),
  ];
}
