import { AppError } from '../../../../main/core/errors.ts';
import { pickBelow, randomBits } from './counter-random.ts';
import { pickLevels } from './levels.ts';
import type { Levels } from './levels.ts';
import type { PairStore, StoredPair } from './pair-store.ts';
import { OTHER_SET, TRAINING_SETS } from './sets.ts';

/** Of this many random patches the one with the most detail is taken. */
const CANDIDATES = 2;

/** A patch of the LR image of `pair`, and how it is turned: bit 0 flips x, bit 1 flips y, bit 2 transposes first. */
export interface Patch {
  readonly pair: StoredPair;
  readonly x: number;
  readonly y: number;
  readonly turn: number;
  /** What LR and HR samples are read as. */
  readonly levels: Levels;
}

interface Pool {
  readonly weight: number;
  readonly pairs: readonly StoredPair[];
  /** Number of patch positions in all pairs up to and with each. */
  readonly positionsUpTo: Float64Array;
}

/** Sets with the positions at which a patch of one size fits. */
export interface PatchTable {
  readonly patch: number;
  readonly pools: readonly Pool[];
}

/** Lists where a patch of `patch` LR pixels fits. Every position of a set is equally likely. */
export function tabulatePatches(pairs: readonly StoredPair[], patch: number): PatchTable {
  const pools: Pool[] = [];
  for (const set of [...new Set(pairs.map((pair) => pair.set))].sort()) {
    const fitting = pairs.filter((pair) => pair.set === set && pair.lrWidth >= patch && pair.lrHeight >= patch);
    if (fitting.length === 0) continue;
    let sum = 0;
    const counts = fitting.map((pair) => (sum += (pair.lrWidth - patch + 1) * (pair.lrHeight - patch + 1)));
    pools.push({
      weight: (TRAINING_SETS[set] ?? OTHER_SET).weight,
      pairs: fitting,
      positionsUpTo: Float64Array.from(counts),
    });
  }
  if (pools.length === 0) {
    throw new AppError('wrong-usage', `expected a patch that fits a training image, but got ${patch} LR pixels`);
  }
  return { patch, pools };
}

function pickPool(table: PatchTable, bits: number): Pool {
  const total = table.pools.reduce((sum, pool) => sum + pool.weight, 0);
  let left = (bits / 0x100000000) * total;
  for (const pool of table.pools) {
    left -= pool.weight;
    if (left < 0) return pool;
  }
  return table.pools.at(-1)!;
}

function pickPosition(table: PatchTable, pool: Pool, bits: number): { pair: StoredPair; x: number; y: number } {
  const counts = pool.positionsUpTo;
  const position = pickBelow(counts.at(-1)!, bits);
  let low = 0;
  for (let high = counts.length - 1; low < high;) {
    const middle = (low + high) >> 1;
    if (counts[middle]! > position) high = middle;
    else low = middle + 1;
  }
  const pair = pool.pairs[low]!;
  const inside = position - (low === 0 ? 0 : counts[low - 1]!);
  const columns = pair.lrWidth - table.patch + 1;
  return { pair, x: inside % columns, y: Math.floor(inside / columns) };
}

/** Sum of absolute differences between neighbours, on every second row. */
function measureDetail(lr: Uint8Array, pair: StoredPair, x: number, y: number, patch: number): number {
  let sum = 0;
  for (let row = 0; row < patch - 1; row += 2) {
    const from = pair.lrOffset + (y + row) * pair.lrWidth + x;
    for (let i = from; i < from + patch - 1; i++) {
      sum += Math.abs(lr[i + 1]! - lr[i]!) + Math.abs(lr[i + pair.lrWidth]! - lr[i]!);
    }
  }
  return sum;
}

/** Chooses one sample's patch: a pure function of the table, the store and (seed, step, sample). */
export function pickPatch(
  table: PatchTable,
  store: PairStore,
  counters: { seed: number; step: number; sample: number },
): Patch {
  const bits = (draw: number): number => randomBits(counters.seed, counters.step, counters.sample, draw);
  const pool = pickPool(table, bits(0));
  let best = pickPosition(table, pool, bits(2));
  let bestDetail = measureDetail(store.lr, best.pair, best.x, best.y, table.patch);
  for (let candidate = 1; candidate < CANDIDATES; candidate++) {
    const other = pickPosition(table, pool, bits(2 + candidate));
    const detail = measureDetail(store.lr, other.pair, other.x, other.y, table.patch);
    if (detail <= bestDetail) continue;
    best = other;
    bestDetail = detail;
  }
  return { ...best, turn: bits(1) >>> 29, levels: pickLevels(bits(2 + CANDIDATES) / 0x100000000) };
}
