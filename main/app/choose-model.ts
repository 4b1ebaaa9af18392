import type { Quality } from '../contract/messages.ts';
import { bitsPerPixel, isCompressedHard } from '../core/compression.ts';
import { AppError } from '../core/errors.ts';
import type { MediaInfo } from '../core/media.ts';
import { listZoo, loadModel } from './models.ts';
import type { LoadedModel } from './models.ts';

export interface ModelWish {
  /** A name of the zoo or a path; null takes one by scale and quality. */
  readonly name: string | null;
  /** Null takes the model's own. */
  readonly scale: number | null;
  /** Null takes `video` for a clip that is compressed hard, else `balanced`. */
  readonly quality?: Quality | null;
  readonly media?: MediaInfo;
}

/** What takes a quality's place while the zoo lacks it, the nearest first. */
const INSTEAD: Readonly<Record<Quality, readonly Quality[]>> = {
  fast: ['balanced', 'video', 'fine'],
  balanced: ['fast', 'video', 'fine'],
  fine: ['balanced', 'fast', 'video'],
  video: ['balanced', 'fast', 'fine'],
};

/** A model, and what a person should know of the choice. */
export type ChosenModel = LoadedModel & { readonly choiceNotes: readonly string[] };

/**
 * Loads the model a person meant.
 * @throws AppError `wrong-usage` naming the scales there are, and what {@link loadModel} throws
 */
export async function chooseModel(wish: ModelWish): Promise<ChosenModel> {
  const { name, scale } = wish;
  if (name !== null) return { ...(await loadModel(name, scale === null ? {} : { scale })), choiceNotes: [] };
  const models = (await listZoo()).map(({ manifest }) => ({ name: manifest.name, scale: manifest.scale }));
  const wanted = scale ?? 2;
  const fitting = models.filter((model) => model.scale === wanted).map((model) => model.name);
  const choice = pickQuality(wish, wanted, fitting);
  if (choice !== null) return { ...(await loadModel(choice.name)), choiceNotes: choice.notes };
  const scales = [...new Set(models.map((model) => model.scale))].sort().join(', ') || 'none';
  throw new AppError('wrong-usage', `expected a scale that a model of the zoo has (${scales}) but got ${wanted}`);
}

/**
 * @param fitting names of the zoo that have the scale
 * @returns null where none has
 */
export function pickQuality(
  { quality, media }: Pick<ModelWish, 'quality' | 'media'>,
  scale: number,
  fitting: readonly string[],
): { name: string; notes: string[] } | null {
  const isHard = media !== undefined && isCompressedHard(media);
  const wanted = quality ?? (isHard ? 'video' : 'balanced');
  const nameOf = (q: Quality): string => `tandem-x${scale}-${q}`;
  const name = [wanted, ...INSTEAD[wanted]].map(nameOf).find((n) => fitting.includes(n)) ?? fitting[0];
  if (name === undefined) return null;
  const notes: string[] = [];
  const isAsked = quality !== null && quality !== undefined;
  if (isHard && !isAsked && name === nameOf('video')) {
    notes.push(
      `The clip has ${(bitsPerPixel(media) ?? 0).toFixed(3)} bits per pixel, so the model for compressed video is used.`,
    );
  }
  if (isAsked && name !== nameOf(wanted)) notes.push(`The zoo has no ${nameOf(wanted)} yet; ${name} is used.`);
  return { name, notes };
}
