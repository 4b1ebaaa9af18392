import { AppError } from '../../../main/core/errors.ts';
import { BLOCKS, checkEncoding, kernelsOf } from './encoding.ts';
import type { Block, Cell, Encoding } from './encoding.ts';
import { SCHEMES, fitsKernel } from './scheme.ts';
import type { Scheme } from './scheme.ts';

/** @returns one line such as `x2 edge16:block8x4 wide16*3:none,none,block4x4 skip tail:none`; equal networks give equal lines */
export function formatEncoding({ scale, cells, tail }: Encoding): string {
  return [`x${scale}`, ...cells.map(formatCell), `tail:${tail}`].join(' ');
}

function formatCell({ block, width, expansion, schemes }: Cell): string {
  if (block === 'skip') return block;
  const times = block === 'wide' ? `*${expansion}` : '';
  return `${block}${width}${times}:${schemes.join(',')}`;
}

/** @throws AppError `wrong-usage` naming the first part that is none */
export function parseEncoding(text: string): Encoding {
  const [head = '', ...parts] = text.trim().split(/\s+/);
  const last = parts.pop() ?? '';
  const scale = /^x([234])$/.exec(head);
  if (scale === null) throw wrong('a scale x2, x3 or x4', head);
  const tail = /^tail:(\w+)$/.exec(last);
  if (tail === null) throw wrong('the scheme of the last layer, such as tail:none,', last);
  return checkEncoding({
    scale: Number(scale[1]) as 2 | 3 | 4,
    cells: parts.map(parseCell),
    tail: parseScheme(tail[1]!, 3),
  });
}

function parseCell(part: string): Cell {
  if (part === 'skip') return { block: 'skip', width: 0, expansion: 1, schemes: [] };
  const found = /^([a-z]+)(\d+)(?:\*(\d+))?:([\w,]+)$/.exec(part);
  const block = BLOCKS.find((name) => name === found?.[1]);
  if (found === null || block === undefined || block === 'skip') throw wrong('a cell such as edge16:block8x4', part);
  const width = Number(found[2]);
  if (width < 4 || width > 256 || width % 4 !== 0) throw wrong('a width in fours from 4 to 256', part);
  return {
    block,
    width,
    expansion: parseExpansion(block, found[3], part),
    schemes: parseSchemes(block, found[4]!, part),
  };
}

function parseExpansion(block: Block, text: string | undefined, part: string): number {
  if ((block === 'wide') !== (text !== undefined)) throw wrong('an expansion for a wide cell and for no other', part);
  const expansion = Number(text ?? 1);
  if (expansion < 1 || expansion > 8) throw wrong('an expansion from 1 to 8', part);
  return expansion;
}

function parseSchemes(block: Block, text: string, part: string): Scheme[] {
  const kernels = kernelsOf(block);
  const names = text.split(',');
  if (names.length !== kernels.length) throw wrong(`${kernels.length} pruning schemes for ${block}`, part);
  return names.map((name, i) => parseScheme(name, kernels[i]!));
}

function parseScheme(name: string, kernel: number): Scheme {
  const scheme = SCHEMES.find((known) => known === name);
  if (scheme === undefined || !fitsKernel(scheme, kernel)) {
    const fitting = SCHEMES.filter((known) => fitsKernel(known, kernel)).join(', ');
    throw wrong(`one of the schemes ${fitting}`, name);
  }
  return scheme;
}

function wrong(wanted: string, got: string): AppError {
  return new AppError('wrong-usage', `expected ${wanted} but got '${got}'`);
}
