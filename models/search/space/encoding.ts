import { AppError } from '../../../main/core/errors.ts';
import type { NetConfig } from '../train/net/config.ts';
import type { Scheme } from './scheme.ts';

export const BLOCKS = ['plain', 'edge', 'wide', 'skip'] as const;
export type Block = (typeof BLOCKS)[number];

/** One cell. Genes that its block does not read are kept at their canonical values, see {@link canonical}. */
export interface Cell {
  readonly block: Block;
  /** Output channels, a multiple of 4; a skip has its input's. */
  readonly width: number;
  /** Of a wide cell: channels of its first 1x1 over the width. */
  readonly expansion: number;
  /** Of its layers: one for plain and edge, three for wide. */
  readonly schemes: readonly Scheme[];
}

/** An architecture with its pruning schemes: a first convolution, cells in a chain, a last one, all over a nearest base. */
export interface Encoding {
  readonly scale: 2 | 3 | 4;
  readonly cells: readonly Cell[];
  /** Of the last convolution. */
  readonly tail: Scheme;
}

/** What encodings are drawn from. */
export interface Space {
  readonly scale: 2 | 3 | 4;
  readonly cells: number;
  readonly blocks: readonly Block[];
  readonly widths: readonly number[];
  readonly expansions: readonly number[];
  readonly schemes: readonly Scheme[];
}

/** @returns the kernels of a block's layers, first to last */
export function kernelsOf(block: Block): readonly number[] {
  return { plain: [3], edge: [3], wide: [1, 1, 3], skip: [] }[block];
}

/** @returns the same network with all unread genes at one value, so that equal networks are equal encodings */
export function canonical(encoding: Encoding): Encoding {
  const cells = encoding.cells.map((cell): Cell => {
    const kernels = kernelsOf(cell.block);
    return {
      block: cell.block,
      width: cell.block === 'skip' ? 0 : cell.width,
      expansion: cell.block === 'wide' ? cell.expansion : 1,
      schemes: kernels.map((_, i) => cell.schemes[i] ?? 'none'),
    };
  });
  return { ...encoding, cells };
}

/** @throws AppError `wrong-usage` when every cell is a skip: there would be nothing between the first and last layer */
export function checkEncoding(encoding: Encoding): Encoding {
  if (encoding.cells.some((cell) => cell.block !== 'skip')) return encoding;
  throw new AppError('wrong-usage', 'expected an architecture with a cell that is no skip but got skips alone');
}

/** @returns the network of an encoding; the first convolution is as wide as the last cell, for the sum of the two */
export function netOf(encoding: Encoding): NetConfig {
  const cells = checkEncoding(encoding).cells.flatMap(({ block, width, expansion }) =>
    block === 'skip' ? [] : [{ block, width, expansion }],
  );
  return {
    scale: encoding.scale,
    channels: cells.at(-1)!.width,
    hiddenLayers: 0,
    activation: 'prelu',
    block: 'edge',
    kernels: [],
    cells,
    longSkip: true,
    base: 'nearest',
    quantize: false,
  };
}

/** @returns the pruning scheme of each layer of {@link netOf}'s network; the first is never pruned */
export function schemesOf({ cells, tail }: Encoding): Scheme[] {
  return ['none', ...cells.flatMap((cell) => cell.schemes), tail];
}
