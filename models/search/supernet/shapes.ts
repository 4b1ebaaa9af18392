import type { Block, Cell, Encoding, Space } from '../space/encoding.ts';
import { reducedWidth } from '../train/net/config.ts';
import type { LayerShape } from '../train/net/config.ts';

/** Layers that a supernet holds for each cell, in this order. */
const PARTS = ['plain', 'edge', 'widen', 'reduce', 'close'] as const;
export type Part = (typeof PARTS)[number];

/** Layers a block's path goes through. */
const PARTS_OF: Readonly<Record<Block, readonly Part[]>> = {
  plain: ['plain'],
  edge: ['edge'],
  wide: ['widen', 'reduce', 'close'],
  skip: [],
};

/** All convolutions of a supernet, each as wide as its widest choice: the first, five a cell, the last. */
export function supernetLayers(space: Space): LayerShape[] {
  const width = Math.max(...space.widths);
  const middle = width * Math.max(...space.expansions);
  const shape = { residualFrom: null, isLast: false, activated: true, kernel: 3, kind: 'plain' as const };
  const parts: Record<Part, Omit<LayerShape, 'index'>> = {
    plain: { ...shape, inputs: width, outputs: width },
    edge: { ...shape, inputs: width, outputs: width, kind: 'edge' },
    widen: { ...shape, inputs: width, outputs: middle, kernel: 1 },
    reduce: { ...shape, inputs: middle, outputs: reducedWidth(width), kernel: 1, activated: false },
    // The residual only marks it as closing a cell with an identity beside it: it starts small.
    close: { ...shape, inputs: reducedWidth(width), outputs: width, activated: false, residualFrom: 0 },
  };
  const cells = Array.from({ length: space.cells }, () => PARTS.map((part) => parts[part])).flat();
  const first = { ...shape, inputs: 1, outputs: width, kind: 'edge' as const };
  const last = { ...first, inputs: width, outputs: space.scale ** 2, activated: false, isLast: true };
  return [first, ...cells, last].map((layer, index) => ({ ...layer, index }));
}

/** @returns the place of a cell's layer in {@link supernetLayers} */
export function placeOf(cell: number, part: Part): number {
  return 1 + cell * PARTS.length + PARTS.indexOf(part);
}

/** A layer on a path: where it lies in the supernet, and how much of it is used. */
export interface PathLayer {
  readonly place: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** @returns the layers on an encoding's way through the supernet, in order: those of the encoding's own network */
export function layersOnPath(space: Space, { cells }: Encoding): PathLayer[] {
  const width = cells.findLast((cell) => cell.block !== 'skip')!.width;
  let inputs = width;
  const inCells = cells.flatMap((cell, i): PathLayer[] => {
    if (cell.block === 'skip') return [];
    const layers = layersOfCell(cell, i, inputs);
    inputs = cell.width;
    return layers;
  });
  const last = placeOf(space.cells, 'plain');
  return [
    { place: 0, inputs: 1, outputs: width },
    ...inCells,
    { place: last, inputs: width, outputs: space.scale ** 2 },
  ];
}

function layersOfCell({ block, width, expansion }: Cell, cell: number, inputs: number): PathLayer[] {
  const [middle, reduced] = [width * expansion, reducedWidth(width)];
  const channels: Readonly<Record<Part, readonly [number, number]>> = {
    plain: [inputs, width],
    edge: [inputs, width],
    widen: [inputs, middle],
    reduce: [middle, reduced],
    close: [reduced, width],
  };
  return PARTS_OF[block].map((part) => {
    const [from, outputs] = channels[part];
    return { place: placeOf(cell, part), inputs: from, outputs };
  });
}
