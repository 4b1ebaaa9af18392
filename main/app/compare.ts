/** Use case: how good an upscaler is, on benchmark images, on clips that were compressed, or of files against their originals. */
import { locateFfmpeg } from '../adapters/ffmpeg/locate.ts';
import type { Protocol } from '../core/quality/protocol.ts';
import { compareClips, type ClipRow } from './compare/compare-clips.ts';
import { compareSets, type CompareRow } from './compare/compare-sets.ts';
import { openUpscalers } from './compare/open-upscalers.ts';
import { findReferenceSets } from './compare/references.ts';

export { comparePairs } from './compare/pairs/compare-pairs.ts';
export { formatPairsCsv } from './compare/pairs/report-csv.ts';
export { makePairsPage } from './compare/pairs/report-page.ts';
export type { PairRow } from './compare/pairs/scores.ts';
export type { ClipRow } from './compare/compare-clips.ts';
export type { CompareRow } from './compare/compare-sets.ts';

export interface CompareOptions {
  /** A folder of image sets, or clips. */
  readonly references: readonly string[];
  readonly scale: number;
  /** Names of models, or `all` of this scale. */
  readonly models: 'all' | readonly string[];
  /** As `--device` says it; the CPU when absent. */
  readonly device?: string | undefined;
  readonly onProgress?: ((what: string, done: number, total: number) => void) | undefined;
}

/** Judges models on folders of images: bicubic and Lanczos first, then the models. */
export async function compareOnImages(options: CompareOptions & { protocol: Protocol }): Promise<CompareRow[]> {
  const sets = (await Promise.all(options.references.map((folder) => findReferenceSets(folder, options.scale)))).flat();
  const upscalers = await openUpscalers(['bicubic', 'lanczos'], options);
  try {
    return await compareSets(sets, upscalers, options);
  } finally {
    await Promise.all(upscalers.map((upscaler) => upscaler.close()));
  }
}

/** Judges models on clips that are made smaller and encoded first, beside Lanczos. */
export async function compareOnClips(options: CompareOptions & { crfs: readonly number[] }): Promise<ClipRow[]> {
  const upscalers = await openUpscalers(['lanczos'], options);
  try {
    const tools = await locateFfmpeg();
    return await compareClips(options.references, upscalers, { ...options, tools });
  } finally {
    await Promise.all(upscalers.map((upscaler) => upscaler.close()));
  }
}
