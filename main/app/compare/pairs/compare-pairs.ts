import { locateFfmpeg } from '../../../adapters/ffmpeg/locate.ts';
import { compareClipPair } from './compare-clip-pair.ts';
import { compareImages } from './compare-images.ts';
import { pairUp } from './pair-up.ts';
import type { PairRow } from './scores.ts';

export interface PairOptions {
  /** Brings a candidate to the reference's size, samples and rate instead of refusing it; compares the common frames. */
  readonly align: boolean;
  /** Pixels left out on every side of pictures. */
  readonly crop: number;
  /** Luma alone of clips, faster. */
  readonly lumaOnly: boolean;
  readonly msSsim: boolean;
  /** RGB of clips as well: computed without the engine, slowly. Pictures have it anyway. */
  readonly rgb?: boolean;
  readonly vmaf: boolean;
  /** How many of the worst frames are named. */
  readonly worst: number;
  readonly onProgress?: ((what: string, done: number, total: number | null) => void) | undefined;
}

/** Candidates against references: pictures, clips, or folders of them matched by name. */
export async function comparePairs(
  reference: string,
  candidates: readonly string[],
  options: PairOptions,
): Promise<PairRow[]> {
  const pairs = await pairUp(reference, candidates);
  const tools = pairs.some(({ kind }) => kind === 'clip') ? await locateFfmpeg() : null;
  const rows: PairRow[] = [];
  for (const pair of pairs) {
    options.onProgress?.(pair.candidate, rows.length, pairs.length);
    rows.push(await (pair.kind === 'image' ? compareImages(pair, options) : compareClipPair(pair, tools!, options)));
  }
  return rows;
}
