/** What a job will write, before it is written: guesses on the high side. */
import type { MediaInfo } from '../core/media.ts';
import type { OutputPlan } from '../core/output-plan.ts';
import { pictureBytes } from '../core/pixel-format.ts';

/** Bits a pixel that x264 takes for pictures with much detail at crf 16, halved by every 6 more. */
const BITS_PER_PIXEL_AT_16 = 0.4;
const MOST_BITS_PER_PIXEL = 6;

/** Of the enlarged video, in a segment or in the whole file. */
export function guessFrameBytes({ picture, encoder }: OutputPlan): number {
  const { crf } = encoder;
  const bits =
    crf === 0 ? MOST_BITS_PER_PIXEL : Math.min(MOST_BITS_PER_PIXEL, BITS_PER_PIXEL_AT_16 * 2 ** ((16 - crf) / 6));
  return (picture.codedWidth * picture.codedHeight * bits) / 8;
}

const LOSSLESS_SOUND = /^(pcm_|flac|alac|truehd|mlp|dts|wavpack|tta)/;
/** Bits a second: eight channels of lossless sound, a good stereo or surround track, anything else. */
const [LOSSLESS_BITS, SOUND_BITS, OTHER_BITS] = [6e6, 640e3, 50e3];

/** Of the tracks that come along as they are; never more than the source has. @param seconds of the source's time */
export function guessTrackBytes({ sizeBytes, tracks }: MediaInfo, plan: OutputPlan, seconds: number): number {
  const bits = plan.tracks
    .filter(({ action }) => action !== 'drop')
    .reduce((sum, { index, kind }) => {
      if (kind !== 'audio') return sum + OTHER_BITS;
      const codec = tracks.find((track) => track.index === index)?.codec ?? '';
      return sum + (LOSSLESS_SOUND.test(codec) ? LOSSLESS_BITS : SOUND_BITS);
    }, 0);
  return Math.min(sizeBytes, Math.round((bits * seconds) / 8));
}

/** Two segments of pictures that would not compress at all: one that flushes and one that is fed. */
export function spoolBytes({ picture, segmentFrames }: OutputPlan): number {
  return 2 * segmentFrames * pictureBytes(picture.pixelFormat, picture.width, picture.height);
}

/** Of the free room that a spool may take. */
export const SPOOL_SHARE = 0.25;

export interface Need {
  /** All that is still to be written. */
  readonly bytes: number;
  /** Of these, what only a slow model's open segment takes, and only while the job runs. */
  readonly spoolBytes: number;
}

/** One sentence where a job may not fit; null where it does. @param done frames that are written already */
export function describeNeed({ bytes, spoolBytes: spool }: Need, freeBytes: number, done: number): string | null {
  if (bytes <= freeBytes) return null;
  const what = done > 0 ? 'The rest of the job' : 'The job';
  const open = `up to ${inWords(spool)} of it while it runs, for pictures of the open segment where the model is slow`;
  return `${what} may need about ${inWords(bytes)} beside the output (${open}), where ${inWords(freeBytes)} are free; when there is no room it pauses and says so.`;
}

/** `1.2 MB`. */
export function inWords(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]!}`;
}
