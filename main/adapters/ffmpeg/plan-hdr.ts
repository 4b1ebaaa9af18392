import { AppError } from '../../core/errors.ts';
import type { MediaInfo } from '../../core/media.ts';

/**
 * What becomes of HDR that no encoder here writes: dynamic metadata is left out and said, the base picture stays.
 * @throws AppError `input-unsupported` for Dolby Vision whose base layer alone is no picture
 */
export function planHdr({ path, video }: MediaInfo): string[] {
  const { dolbyVision, sideData } = video;
  const notes: string[] = [];
  if (dolbyVision !== null) {
    const { profile, baseCompatibility } = dolbyVision;
    const name = profile === null ? 'Dolby Vision' : `Dolby Vision profile ${String(profile)}`;
    if (profile === 5 || (profile !== 7 && baseCompatibility === 0) || (profile === null && video.hdr === 'none')) {
      throw new AppError(
        'input-unsupported',
        `expected a base layer that shows right without Dolby Vision but ${path} is ${name}, which this ffmpeg cannot convert`,
      );
    }
    const base = { pq: 'HDR10 (PQ)', hlg: 'HDR (HLG)', none: 'standard dynamic range' }[video.hdr];
    notes.push(`The source is ${name}: its base layer, ${base}, is kept; the Dolby Vision data is left out.`);
  }
  if (sideData.some((name) => /HDR10\+|SMPTE2094-40/i.test(name))) {
    notes.push('The HDR10+ data of the source is left out: HDR10 stays.');
  }
  return notes;
}
