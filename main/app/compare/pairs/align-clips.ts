import { basename } from 'node:path';
import { AppError } from '../../../core/errors.ts';
import type { MediaInfo } from '../../../core/media.ts';
import { isPixelFormat, pixelFormatInfo } from '../../../core/pixel-format.ts';
import type { PixelFormat } from '../../../core/pixel-format.ts';

/** What has to be done to a candidate before its samples can be compared with the reference's. */
export interface Alignment {
  readonly pixelFormat: PixelFormat;
  /** ffmpeg's filters, none where nothing differs. */
  readonly filters: readonly string[];
  /** The same in words. */
  readonly steps: readonly string[];
}

/**
 * What differs between two clips is refused with the reason, or brought to the reference's when `isAllowed`.
 * @throws AppError `input-unsupported`
 */
export function alignClips(reference: MediaInfo, candidate: MediaInfo, isAllowed: boolean): Alignment {
  const { video: a, path } = reference;
  const { video: b } = candidate;
  const name = basename(candidate.path);
  const { pixelFormat } = a;
  if (!isPixelFormat(pixelFormat) || pixelFormatInfo(pixelFormat).family === 'rgb') {
    const message = `expected a clip of grey or YUV planes but ${basename(path)} is ${a.pixelFormat}`;
    throw new AppError('input-unsupported', message);
  }
  const filters: string[] = [];
  const steps: string[] = [];
  const differs = (what: string, wanted: string, got: string, filter: string): void => {
    if (!isAllowed) {
      const message = `expected ${name} to have the reference's ${what}, ${wanted}, but got ${got} (--align brings it there)`;
      throw new AppError('input-unsupported', message);
    }
    filters.push(filter);
    steps.push(`${what} ${got} brought to ${wanted}`);
  };
  const rate = (video: typeof a): string => {
    const found = video.averageFrameRate ?? video.realFrameRate;
    return found === null ? 'unknown' : `${String(found.num)}/${String(found.den)}`;
  };
  if (rate(a) !== rate(b) && rate(a) !== 'unknown' && isFarFrom(a, b))
    differs('frame rate', rate(a), rate(b), `fps=${rate(a)}`);
  const size = (video: typeof a): string => `${video.width}x${video.height}`;
  if (size(a) !== size(b))
    differs('size', size(a), size(b), `scale=${a.width}:${a.height}:flags=bicubic+accurate_rnd+full_chroma_int`);
  const kind = (video: typeof a): string =>
    `${video.pixelFormat} in ${video.color.range === 'pc' ? 'full' : 'studio'} range`;
  if (kind(a) !== kind(b)) {
    const range = a.color.range === 'pc' ? 'pc' : 'tv';
    differs('samples', kind(a), kind(b), `scale=out_range=${range}:flags=bicubic+accurate_rnd,format=${pixelFormat}`);
  }
  return { pixelFormat, filters, steps };
}

type Video = MediaInfo['video'];

/** Average rates of the same frames differ by a trifle between containers. */
function isFarFrom(a: Video, b: Video): boolean {
  const rate = ({ averageFrameRate, realFrameRate }: Video): number => {
    const found = averageFrameRate ?? realFrameRate;
    return found === null ? NaN : found.num / found.den;
  };
  const [x, y] = [rate(a), rate(b)];
  return !(Math.abs(x - y) <= 0.002 * x);
}
