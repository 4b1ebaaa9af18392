import type { MediaInfo } from '../../core/media.ts';
import { changeTimecode } from '../../core/timecode.ts';
import type { TimeChoice } from './plan-time.ts';

/** The source's timecode: of its video, of a track of its own, or of the whole file. */
export function sourceTimecode({ video, tracks, tags }: MediaInfo): string | null {
  const all = [video.tags, ...tracks.filter(({ kind }) => kind === 'data').map((track) => track.tags), tags];
  return all.flatMap((each) => findTag(each, 'timecode') ?? [])[0] ?? null;
}

/** @returns the output's timecode, cut and counted anew with the picture; `null` where there is none that holds */
export function planTimecode(
  media: MediaInfo,
  { rate, trim, timeBase, offsetSeconds }: TimeChoice,
  ratio: { readonly num: number; readonly den: number },
  notes: string[],
): string | null {
  const text = sourceTimecode(media);
  if (text === null) return null;
  const startSeconds = ((media.video.startPts ?? 0) * media.video.timeBase.num) / media.video.timeBase.den;
  const cut = trim.fromTicks === null ? 0 : trim.fromTicks / timeBase.den - offsetSeconds - startSeconds;
  const sourceRate = { num: rate.num * ratio.den, den: rate.den * ratio.num };
  const changed = changeTimecode(text, { rate: sourceRate, newRate: rate, cutSeconds: Math.max(0, cut) });
  if (changed === null) notes.push(`The timecode "${text}" is left out: it is none that can be read.`);
  return changed;
}

/** Matroska writes names in capitals. */
export function findTag(tags: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(tags).find(([key]) => key.toLowerCase() === name)?.[1];
}
