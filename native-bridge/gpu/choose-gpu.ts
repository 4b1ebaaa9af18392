import { AppError } from '../../main/core/errors.ts';
import type { GpuFacts } from './dawn.ts';

/**
 * @param wanted part of a GPU's name in any case, null for the first that is one
 * @returns the GPU to compute on; one that is software only when its name was asked for
 * @throws AppError `runtime-unavailable` naming those there are
 */
export function chooseGpu(gpus: readonly GpuFacts[], wanted: string | null): GpuFacts {
  const fits = ({ name }: GpuFacts): boolean => name.toLowerCase().includes(wanted?.toLowerCase() ?? '');
  const found = wanted === null ? gpus.find(({ isSoftware }) => !isSoftware) : gpus.find(fits);
  if (found !== undefined) return found;
  const list = gpus.map(({ name, isSoftware }) => (isSoftware ? `${name} (software)` : name)).join(', ');
  const named = wanted === null ? 'a GPU' : `a GPU whose name holds '${wanted}'`;
  const hint = wanted === null && gpus.length > 0 ? '; software is used only by its name' : '';
  throw new AppError('runtime-unavailable', `expected ${named} but found ${list === '' ? 'none' : list}${hint}`);
}
