import { AppError } from '../core/errors.ts';
import { listZoo, loadModel } from './models.ts';
import type { LoadedModel } from './models.ts';

export const DEFAULT_MODEL = 'tandem-x2-fast';

/**
 * Loads the model a person meant.
 * @param name a name of the zoo or a path; `null` takes the fast model of the scale
 * @param scale `null` takes the model's own
 * @throws AppError `wrong-usage` naming the scales there are, and what {@link loadModel} throws
 */
export async function chooseModel(name: string | null, scale: number | null): Promise<LoadedModel> {
  if (name !== null) return loadModel(name, scale === null ? {} : { scale });
  if (scale === null) return loadModel(DEFAULT_MODEL);
  const models = (await listZoo()).map(({ manifest }) => ({ name: manifest.name, scale: manifest.scale }));
  const fitting = models.filter((model) => model.scale === scale);
  const chosen = fitting.find((model) => model.name === `tandem-x${scale}-fast`) ?? fitting[0];
  if (chosen) return loadModel(chosen.name);
  const scales = [...new Set(models.map((model) => model.scale))].sort().join(', ') || 'none';
  throw new AppError('wrong-usage', `expected a scale that a model of the zoo has (${scales}) but got ${scale}`);
}
