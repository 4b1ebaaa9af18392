import { canonical, kernelsOf } from './encoding.ts';
import type { Cell, Encoding, Space } from './encoding.ts';
import { fitsKernel } from './scheme.ts';
import type { Scheme } from './scheme.ts';

/** Numbers in [0, 1), one after another. */
export type Draws = () => number;

const pick = <T>(list: readonly T[], draw: Draws): T => list[Math.floor(draw() * list.length)]!;

/** The search's space for a scale: about as wide as what a CPU does in real time. */
export function defaultSpace(scale: 2 | 3 | 4): Space {
  return {
    scale,
    cells: 6,
    blocks: ['plain', 'edge', 'wide', 'skip'],
    widths: [8, 12, 16, 20, 24, 32],
    expansions: [2, 3, 4],
    schemes: ['none', 'filter', 'column', 'block8x4', 'block4x4', 'block8x2', 'block8x1', 'pattern'],
  };
}

/** A space small enough for a whole search in minutes. */
export function quickSpace(scale: 2 | 3 | 4): Space {
  return { ...defaultSpace(scale), cells: 3, widths: [8, 16], expansions: [2] };
}

/** @returns an encoding, each gene by chance */
export function sampleEncoding(space: Space, draw: Draws): Encoding {
  const cells = Array.from({ length: space.cells }, () => sampleCell(space, draw));
  return repaired(space, { scale: space.scale, cells, tail: sampleScheme(space, 3, draw) }, draw);
}

function sampleCell(space: Space, draw: Draws): Cell {
  const block = pick(space.blocks, draw);
  return {
    block,
    width: pick(space.widths, draw),
    expansion: pick(space.expansions, draw),
    schemes: kernelsOf(block).map((kernel) => sampleScheme(space, kernel, draw)),
  };
}

function sampleScheme(space: Space, kernel: number, draw: Draws): Scheme {
  return pick(
    space.schemes.filter((scheme) => fitsKernel(scheme, kernel)),
    draw,
  );
}

/** @returns another encoding of the space: each active gene redrawn with a chance of `rate`, at least one changed */
export function mutateEncoding(space: Space, parent: Encoding, draw: Draws, rate = 0.15): Encoding {
  for (;;) {
    const cells = parent.cells.map((cell) => mutateCell(space, cell, draw, rate));
    const tail = draw() < rate ? sampleScheme(space, 3, draw) : parent.tail;
    const child = repaired(space, { scale: space.scale, cells, tail }, draw);
    if (JSON.stringify(child) !== JSON.stringify(canonical(parent))) return child;
  }
}

function mutateCell(space: Space, cell: Cell, draw: Draws, rate: number): Cell {
  const fresh = sampleCell(space, draw);
  const block = draw() < rate ? fresh.block : cell.block;
  const wasUnread = cell.block === 'skip' && block !== 'skip';
  return {
    block,
    width: draw() < rate || wasUnread ? fresh.width : cell.width,
    expansion: draw() < rate || (cell.block !== 'wide' && block === 'wide') ? fresh.expansion : cell.expansion,
    schemes: kernelsOf(block).map((kernel, i) => {
      const before = cell.schemes[i];
      const isKept = before !== undefined && fitsKernel(before, kernel) && draw() >= rate;
      return isKept ? before : sampleScheme(space, kernel, draw);
    }),
  };
}

/** Skips alone are no network: the first then becomes a cell. */
function repaired(space: Space, encoding: Encoding, draw: Draws): Encoding {
  let { cells } = encoding;
  if (cells.every((cell) => cell.block === 'skip')) {
    const solid = { ...space, blocks: space.blocks.filter((block) => block !== 'skip') };
    cells = [sampleCell(solid, draw), ...cells.slice(1)];
  }
  return canonical({ ...encoding, cells });
}
