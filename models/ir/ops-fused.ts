import type { Node, Shape } from './graph.ts';
import { elementCount } from './graph.ts';
import type { OpRule, Reach } from './ops.ts';
import { broadcast, expect, picture } from './shapes.ts';

/** Rules of what the compiler fuses; see `FusedConvAttributes` and `FusedOutputAttributes`. */
export const FUSED_OPS: { readonly [K in 'FusedConv' | 'FusedOutput']: OpRule<K> } = {
  FusedConv: {
    inputs: [4, 6],
    shape: (node, inputs) => {
      const [x, w, b, slope, ...adds] = inputs;
      const sum = sumShape(x, w, b);
      expect(slope?.length === 1 && slope[0] === sum[1], `a slope of ${sum[1]}`, [slope]);
      const { addBefore, addAfter } = node.attributes;
      expect(adds.length === Number(addBefore) + Number(addAfter), 'a tensor for every addition', adds);
      for (const add of adds) expect(same(add, sum), 'an added tensor of the shape of the sum', [add, sum]);
      return sum;
    },
    macs: (_, [, w], output) => elementCount(w ?? []) * (output[2] ?? 0) * (output[3] ?? 0),
    reach: (_, [, w]) => squareReach(w),
  },
  FusedOutput: {
    inputs: [3, 5],
    shape: (node, inputs) => {
      const { scale, add, base } = node.attributes;
      const [x, w, b, ...more] = inputs;
      const sum = sumShape(x, w, b);
      expect(more.length === Number(add) + Number(base), 'a tensor for the addition and one for the base', more);
      if (add) expect(same(more[0], sum), 'an added tensor of the shape of the sum', [more[0], sum]);
      const [n = 0, m = 0, h = 0, width = 0] = sum;
      expect(m % (scale * scale) === 0, `a multiple of ${scale * scale} channels`, [sum]);
      const planes = m / (scale * scale);
      const small = [n, planes, h, width];
      if (base) expect(same(more.at(-1), small), 'a base of the size and planes of the sum', [more.at(-1), small]);
      return [n, planes, h * scale, width * scale];
    },
    macs: (_, [x, w]) => elementCount(w ?? []) * (x?.[2] ?? 0) * (x?.[3] ?? 0),
    reach: (_, [, w]) => squareReach(w),
    scale: (node: Node<'FusedOutput'>) => node.attributes.scale,
  },
};

function sumShape(x: Shape | undefined, w: Shape | undefined, b: Shape | undefined): Shape {
  const [n = 0, c = 0, h = 0, width = 0] = picture(x);
  const [m = 0, channels = 0, kh = 0, kw = 0] = picture(w);
  expect(channels === c, `weights for ${c} channels`, [w]);
  expect(kh === kw && kh % 2 === 1, 'a square kernel of odd side', [w]);
  expect(b?.length === 1 && b[0] === m, `a bias of ${m}`, [b]);
  return [n, m, h, width];
}

function squareReach(w: Shape | undefined): Reach {
  const radius = ((w?.[2] ?? 1) - 1) / 2;
  return { rows: [-radius, radius], columns: [-radius, radius] };
}

function same(a: Shape | undefined, b: Shape): boolean {
  return a?.length === b.length && broadcast(a, b).every((d, i) => d === a[i] && d === b[i]);
}
