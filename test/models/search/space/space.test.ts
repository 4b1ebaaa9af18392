import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../../main/core/errors.ts';
import { defaultSpace, mutateEncoding, quickSpace, sampleEncoding } from '../../../../models/search/space/draw.ts';
import { canonical, netOf, schemesOf } from '../../../../models/search/space/encoding.ts';
import { fitsKernel } from '../../../../models/search/space/scheme.ts';
import { formatEncoding, parseEncoding } from '../../../../models/search/space/text.ts';
import { layersOf } from '../../../../models/search/train/net/config.ts';
import { uniform } from '../../../../models/search/train/random.ts';

const spaces = [defaultSpace(2), defaultSpace(4), quickSpace(3)];
const draws = (seed: number) => {
  let at = 0;
  return () => uniform(seed, at++);
};

const seeds = fc.integer({ min: 0, max: 1e9 });
const anySpace = fc.constantFrom(...spaces);

function isIn(space: (typeof spaces)[number], text: string): boolean {
  const { cells } = parseEncoding(text);
  return (
    cells.length === space.cells &&
    cells.every((c) => c.block === 'skip' || (space.widths.includes(c.width) && space.blocks.includes(c.block))) &&
    cells.every((c) => c.block !== 'wide' || space.expansions.includes(c.expansion))
  );
}

describe('encodings', () => {
  it('are printed and parsed without loss', () => {
    fc.assert(
      fc.property(anySpace, seeds, (space, seed) => {
        const encoding = sampleEncoding(space, draws(seed));
        expect(parseEncoding(formatEncoding(encoding))).toEqual(encoding);
        expect(canonical(encoding)).toEqual(encoding);
      }),
    );
  });

  it('stay in their space and change when they are mutated', () => {
    fc.assert(
      fc.property(anySpace, seeds, (space, seed) => {
        const draw = draws(seed);
        let encoding = sampleEncoding(space, draw);
        for (let i = 0; i < 5; i++) {
          const child = mutateEncoding(space, encoding, draw);
          expect(formatEncoding(child)).not.toBe(formatEncoding(encoding));
          expect(isIn(space, formatEncoding(child))).toBe(true);
          encoding = child;
        }
      }),
    );
  });

  it('have one scheme for each layer of their network, that fits its kernel', () => {
    fc.assert(
      fc.property(anySpace, seeds, (space, seed) => {
        const encoding = sampleEncoding(space, draws(seed));
        const layers = layersOf(netOf(encoding));
        const schemes = schemesOf(encoding);
        expect(schemes).toHaveLength(layers.length);
        layers.forEach((layer, i) => expect(fitsKernel(schemes[i]!, layer.kernel)).toBe(true));
        // The sum of first and last cell needs equal channels.
        expect(layers[0]!.outputs).toBe(layers.at(-1)!.inputs);
      }),
    );
  });

  it.each([
    ['', "expected a scale x2, x3 or x4 but got ''"],
    ['x5 edge16:none tail:none', "expected a scale x2, x3 or x4 but got 'x5'"],
    ['x2 edge16:none', "expected the scheme of the last layer, such as tail:none, but got 'edge16:none'"],
    ['x2 edge18:none tail:none', "expected a width in fours from 4 to 256 but got 'edge18:none'"],
    ['x2 edge16*2:none tail:none', "expected an expansion for a wide cell and for no other but got 'edge16*2:none'"],
    ['x2 wide16*2:none tail:none', "expected 3 pruning schemes for wide but got 'wide16*2:none'"],
    ['x2 dense16:none tail:none', "expected a cell such as edge16:block8x4 but got 'dense16:none'"],
    ['x2 skip tail:none', 'expected an architecture with a cell that is no skip but got skips alone'],
  ])('refuses %j in one sentence', (text, message) => {
    try {
      parseEncoding(text);
      expect.fail('nothing was thrown');
    } catch (error) {
      if (!isAppError(error)) throw error;
      expect(error).toMatchObject({ code: 'wrong-usage', message });
    }
  });

  it('does not offer patterns for 1x1 kernels', () => {
    expect(() => parseEncoding('x2 wide16*2:pattern,none,pattern tail:none')).toThrow(
      /^expected one of the schemes none, .* but got 'pattern'$/,
    );
  });
});
