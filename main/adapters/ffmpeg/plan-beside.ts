/** What else a file says of its video that an output may not hold. Pure. */
import type { MediaInfo } from '../../core/media.ts';
import { isMatroska } from '../../core/output-plan.ts';
import type { OutputContainer } from '../../core/output-plan.ts';
import { findTag } from './plan-timecode.ts';

/** Sentences on how the picture is to be seen: two eyes, a sphere. */
export function noteShapes({ video }: MediaInfo, container: OutputContainer): string[] {
  const notes: string[] = [];
  const isStereo = video.sideData.some((name) => /stereo 3d/i.test(name));
  // Matroska's own word for it is a tag in ffmpeg's eyes, and goes along as one.
  const isKept = isMatroska(container) && findTag(video.tags, 'stereo_mode') !== undefined;
  if (isStereo && !isKept) {
    notes.push('The source is stereoscopic: both views are upscaled as they lie, but the note on that is left out.');
  }
  if (video.sideData.some((name) => /spherical/i.test(name))) {
    notes.push(
      'The source is a spherical (360 degree) video: the picture is upscaled as it lies, but the note on that is left out.',
    );
  }
  return notes;
}

/** What ffmpeg's MP4 and QuickTime muxers write as the usual tags, which every player reads. */
const USUAL_TAGS = new Set(
  ['title', 'artist', 'album_artist', 'album', 'date', 'comment', 'genre', 'copyright', 'creation_time', 'location']
    .concat([
      'composer',
      'description',
      'synopsis',
      'show',
      'episode_id',
      'network',
      'lyrics',
      'track',
      'disc',
      'grouping',
    ])
    .concat([
      'keywords',
      'encoder',
      'major_brand',
      'minor_version',
      'compatible_brands',
      'timecode',
      'gapless_playback',
    ]),
);

/** True where a file's tags need the free form that ffmpeg and Apple's programs read. */
export function needsFreeTags({ tags }: MediaInfo): boolean {
  return Object.keys(tags).some((name) => !USUAL_TAGS.has(name.toLowerCase().replace(/-[a-z]{3}$/, '')));
}
