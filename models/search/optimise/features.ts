import { BLOCKS } from '../space/encoding.ts';
import type { Encoding } from '../space/encoding.ts';
import { SCHEMES } from '../space/scheme.ts';

/** One number a gene; {@link UNREAD} where the encoding does not read it. Encodings of one space have equally many. */
export type Genes = Int16Array;

const UNREAD = -1;
/** Of a cell: block, width, expansion, the scheme of one layer, the schemes of a wide cell's three. */
const CELL_GENES = 7;

const known = new WeakMap<Encoding, Genes>();

export function genesOf(encoding: Encoding): Genes {
  const before = known.get(encoding);
  if (before !== undefined) return before;
  const { cells, tail } = encoding;
  const genes = new Int16Array(1 + CELL_GENES * cells.length).fill(UNREAD);
  genes[0] = SCHEMES.indexOf(tail);
  cells.forEach(({ block, width, expansion, schemes }, i) => {
    const at = 1 + CELL_GENES * i;
    genes[at] = BLOCKS.indexOf(block);
    if (block === 'skip') return;
    genes[at + 1] = width;
    if (block === 'wide') genes[at + 2] = expansion;
    schemes.forEach((scheme, layer) => (genes[at + (block === 'wide' ? 4 : 3) + layer] = SCHEMES.indexOf(scheme)));
  });
  known.set(encoding, genes);
  return genes;
}

/** @returns genes that differ; one that only one of the two reads counts half: its block differs already */
export function hammingDistance(a: Genes, b: Genes): number {
  let distance = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (x !== y) distance += x === UNREAD || y === UNREAD ? 0.5 : 1;
  }
  return distance;
}
