import { AppError } from '../../../main/core/errors.ts';
import type { Space } from '../space/encoding.ts';
import { initialOf } from '../train/net/parameters.ts';
import { decodeVectors, encodeVectors } from '../train/run/vector-file.ts';
import { supernetLayout } from './graph.ts';
import { supernetLayers } from './shapes.ts';

const MAGIC = 'tandem-supernet-2\n';
/** Parameters, Adam's moments, steps that each element was trained in, moving average. */
const VECTORS = ['p', 'm', 'v', 'seen', 'average'] as const;

export interface SupernetConfig {
  readonly space: Space;
  readonly seed: number;
  readonly batch: number;
  /** LR pixels. */
  readonly patch: number;
  readonly rate: number;
  readonly warmupSteps: number;
  readonly steps: number;
}

/** A supernet between two steps. */
export interface SupernetState {
  readonly config: SupernetConfig;
  /** Steps done; each trains several paths. */
  step: number;
  /** LR pixels of all paths of all steps. */
  lrPixels: number;
  readonly vectors: Record<(typeof VECTORS)[number], Float32Array>;
}

export function createSupernet(config: SupernetConfig): SupernetState {
  const p = initialOf(supernetLayers(config.space), supernetLayout(config.space), config.seed);
  const zeros = (): Float32Array => new Float32Array(p.length);
  return { config, step: 0, lrPixels: 0, vectors: { p, m: zeros(), v: zeros(), seen: zeros(), average: p.slice() } };
}

export function encodeSupernet({ config, step, lrPixels, vectors }: SupernetState): Uint8Array {
  return encodeVectors(MAGIC, { config, step, lrPixels }, vectors);
}

/** @throws AppError `input-unreadable` for bytes that are no supernet */
export function decodeSupernet(bytes: Uint8Array): SupernetState {
  const { header: stored, vectors } = decodeVectors(MAGIC, bytes);
  const header = stored as Omit<SupernetState, 'vectors'>;
  const { size } = supernetLayout(header.config.space);
  for (const name of VECTORS) {
    const length = vectors[name]?.length ?? 0;
    if (length === size) continue;
    throw new AppError('input-unreadable', `expected ${size} numbers in the supernet's '${name}' but got ${length}`);
  }
  return { ...header, vectors: vectors as SupernetState['vectors'] };
}
