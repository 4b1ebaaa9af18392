/** Which tracks fit which container, as ffmpeg's muxers and common players take them. */
import type { MediaInfo, MediaTrack } from '../../core/media.ts';
import { isMatroska } from '../../core/output-plan.ts';
import type { OutputContainer, TrackPlan } from '../../core/output-plan.ts';
import { CONTAINER_NAMES } from './codec-containers.ts';
import { COVER_TYPES } from './cover-types.ts';
import { sourceTimecode } from './plan-timecode.ts';
import type { Capabilities } from './tools.ts';

/** Not mp2: in MP4 it cannot be told from mp3. */
const MP4_AUDIO = ['aac', 'mp3', 'ac3', 'eac3', 'alac', 'dts', 'opus', 'flac'];
const MOV_AUDIO = ['aac', 'mp3', 'ac3', 'eac3', 'alac', 'amr_nb', 'amr_wb', 'adpcm_ima_qt', 'adpcm_ms'];
/** Text that turns into the container's own kind of text. */
const PLAIN_TEXT = ['subrip', 'webvtt', 'mov_text', 'text', 'eia_608'];
const MKV_SUBTITLES = [
  'subrip',
  'webvtt',
  'ass',
  'ssa',
  'hdmv_pgs_subtitle',
  'dvd_subtitle',
  'dvb_subtitle',
  'hdmv_text_subtitle',
];
const WEBM_AUDIO = ['opus', 'vorbis'];

/** What happens to each track but the upscaled one. `drop` with a reason; {@link isLoss} tells whether it matters. */
export function planTracks(media: MediaInfo, container: OutputContainer, capabilities: Capabilities): TrackPlan[] {
  const tracks = media.tracks
    .filter((track) => track.index !== media.video.index)
    .map((track) => planTrack(media, track, container, capabilities));
  return [...tracks, ...planCaptions(media, container)];
}

const TEXT_OF = { mp4: 'mov_text', mov: 'mov_text', mkv: 'subrip', webm: 'webvtt' } as const;

/** No encoder gets them with the frames. */
function planCaptions({ video }: MediaInfo, container: OutputContainer): TrackPlan[] {
  if (!video.closedCaptions) return [];
  return [{ index: video.index, kind: 'captions', action: 'convert', to: TEXT_OF[container], why: null }];
}

/** True for a track whose absence a viewer would notice: sound and subtitles. */
export function isLoss(track: TrackPlan): boolean {
  return track.action === 'drop' && (track.kind === 'audio' || track.kind === 'subtitle');
}

function planTrack(
  media: MediaInfo,
  track: MediaTrack,
  container: OutputContainer,
  capabilities: Capabilities,
): TrackPlan {
  const { index, kind, codec } = track;
  const copy: TrackPlan = { index, kind, action: 'copy', to: null, why: null };
  const drop = (why: string | null): TrackPlan => ({ index, kind, action: 'drop', to: null, why });
  const convert = (to: string): TrackPlan => ({
    index,
    kind,
    action: 'convert',
    to,
    why: `${CONTAINER_NAMES[container]} cannot hold ${codec}`,
  });
  switch (kind) {
    case 'audio':
      return holdsAudio(container, media, codec)
        ? copy
        : drop(`${CONTAINER_NAMES[container]} cannot hold ${codec} sound`);
    case 'subtitle':
      return planSubtitle(codec, container, { copy, drop, convert });
    case 'attachment':
      return container === 'mkv' ? copy : drop(`${CONTAINER_NAMES[container]} has no attachments`);
    case 'cover':
      return holdsCover(container, codec, capabilities)
        ? copy
        : drop(`this ffmpeg cannot write cover art into ${CONTAINER_NAMES[container]}`);
    case 'video':
      return drop('only the first video track is upscaled');
    case 'data':
      return planData(media, track, container, { copy, drop });
  }
}

/** What ffmpeg's muxers of MP4 and QuickTime write of data: a camera's telemetry. */
const MOVIE_DATA = ['gpmd'];
/** QuickTime keeps chapters as a track of text. */
const CHAPTER_DATA = ['bin_data', 'text'];

/** Chapters and timecode are written anew, so that nothing is lost and nothing to be said. */
function planData(
  media: MediaInfo,
  track: MediaTrack,
  container: OutputContainer,
  { copy, drop }: Pick<SubtitleActions, 'copy' | 'drop'>,
): TrackPlan {
  if (media.chapters > 0 && CHAPTER_DATA.includes(track.codec)) return drop(null);
  if (track.codec === 'tmcd' && sourceTimecode(media) !== null) return drop(null);
  if (isMatroska(container)) return drop(`${CONTAINER_NAMES[container]} has no data tracks`);
  return MOVIE_DATA.includes(track.codec)
    ? copy
    : drop(`ffmpeg cannot write such data into ${CONTAINER_NAMES[container]}`);
}

function holdsCover(container: OutputContainer, codec: string, { coverIn }: Capabilities): boolean {
  if (container === 'webm') return false;
  return container === 'mkv' ? Object.hasOwn(COVER_TYPES, codec) : coverIn.includes(container);
}

function holdsAudio(container: OutputContainer, media: MediaInfo, codec: string): boolean {
  if (container === 'webm') return WEBM_AUDIO.includes(codec);
  if (container === 'mp4') return MP4_AUDIO.includes(codec);
  if (container === 'mov') return MOV_AUDIO.includes(codec) || codec.startsWith('pcm_');
  return media.container === 'mkv' || !/^(amr_|adpcm_ima_qt|qdm|gsm)/.test(codec);
}

interface SubtitleActions {
  readonly copy: TrackPlan;
  readonly drop: (why: string | null) => TrackPlan;
  readonly convert: (to: string) => TrackPlan;
}

function planSubtitle(codec: string, container: OutputContainer, { copy, drop, convert }: SubtitleActions): TrackPlan {
  if (container === 'webm') {
    if (codec === 'webvtt') return copy;
    return PLAIN_TEXT.includes(codec) ? convert('webvtt') : drop(`WebM cannot hold ${codec} subtitles`);
  }
  if (container === 'mkv') {
    if (MKV_SUBTITLES.includes(codec)) return copy;
    return PLAIN_TEXT.includes(codec) ? convert('subrip') : drop(`Matroska cannot hold ${codec} subtitles`);
  }
  if (codec === 'mov_text' || (codec === 'dvd_subtitle' && container === 'mp4')) return copy;
  if (codec === 'eia_608' && container === 'mov') return copy;
  return PLAIN_TEXT.includes(codec)
    ? convert('mov_text')
    : drop(`${CONTAINER_NAMES[container]} cannot hold ${codec} subtitles`);
}
