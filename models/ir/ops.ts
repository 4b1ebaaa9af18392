import { elementCount } from './graph.ts';
import type { Node, OpName, Shape } from './graph.ts';
import { FUSED_OPS } from './ops-fused.ts';
import { resizeTaps } from './resize-taps.ts';
import { broadcast, expect, picture, positive } from './shapes.ts';

/** How far an op looks around, in samples of its input, before scaling: output y reads `y + low .. y + high`. */
export interface Reach {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/** What is known of one op: everything that verification, cost, tiling and compilers ask. */
export interface OpRule<K extends OpName> {
  /** Fewest and most inputs. */
  readonly inputs: readonly [number, number];
  /**
   * Shape of the output.
   * @throws AppError `model-invalid`
   */
  readonly shape: (node: Node<K>, inputs: readonly Shape[]) => Shape;
  /** Multiply-adds; elementwise work counts nothing, as the field counts. */
  readonly macs?: (node: Node<K>, inputs: readonly Shape[], output: Shape) => number;
  /** How far it looks; absent: at its own sample only. */
  readonly reach?: (node: Node<K>, inputs: readonly Shape[]) => Reach;
  /** Output samples per input sample along one axis; absent: 1. */
  readonly scale?: (node: Node<K>) => number;
}

type OpTable = { readonly [K in OpName]: OpRule<K> };

const unary = { inputs: [1, 1], shape: (_: unknown, [x]: readonly Shape[]) => picture(x) } as const;
const binary = {
  inputs: [2, 2],
  shape: (_: unknown, [a, b]: readonly Shape[]) => broadcast(a ?? [], b ?? []),
} as const;

/** The one table of ops. */
export const OPS: OpTable = {
  Conv: {
    inputs: [2, 3],
    shape: convShape,
    macs: (_, [, w], output) => elementCount(w ?? []) * (output[0] ?? 0) * (output[2] ?? 0) * (output[3] ?? 0),
    reach: (node, [, w]) => {
      const [top, left] = node.attributes.pads;
      const [dy, dx] = node.attributes.dilations;
      const [, , kh = 1, kw = 1] = w ?? [];
      return { rows: [-top, (kh - 1) * dy - top], columns: [-left, (kw - 1) * dx - left] };
    },
  },
  PRelu: {
    inputs: [2, 2],
    shape: (_, [x, slope]) => {
      const result = broadcast(picture(x), slope ?? []);
      expect(elementCount(result) === elementCount(x ?? []), 'a slope that fits its input', [x, slope]);
      return result;
    },
  },
  Relu: unary,
  LeakyRelu: unary,
  Clip: unary,
  Sigmoid: unary,
  Tanh: unary,
  Identity: unary,
  QuantizeLinear: unary,
  DequantizeLinear: {
    inputs: [1, 1],
    shape: ({ attributes: { scales, zeroPoints } }, [x = []]) => {
      const fits = scales.length === zeroPoints.length && (scales.length === 1 || scales.length === x[0]);
      expect(fits, `${scales.length} scales and as many zero points along the first dimension`, [x]);
      return x;
    },
  },
  ...FUSED_OPS,
  Add: binary,
  Sub: binary,
  Mul: binary,
  Div: binary,
  Concat: {
    inputs: [1, Infinity],
    shape: (_, inputs) => {
      const [n = 0, , h = 0, w = 0] = picture(inputs[0]);
      const fits = inputs.every((s) => s.length === 4 && s[0] === n && s[2] === h && s[3] === w);
      expect(fits, 'pictures of one size', inputs);
      return [n, inputs.reduce((sum, s) => sum + (s[1] ?? 0), 0), h, w];
    },
  },
  DepthToSpace: {
    inputs: [1, 1],
    shape: (node, [x]) => {
      const [n = 0, c = 0, h = 0, w = 0] = picture(x);
      const b = node.attributes.blockSize;
      expect(c % (b * b) === 0, `a multiple of ${b * b} channels`, [x]);
      return [n, c / (b * b), h * b, w * b];
    },
    scale: (node) => node.attributes.blockSize,
  },
  Resize: {
    inputs: [1, 1],
    shape: (node, [x]) => {
      const [n = 0, c = 0, h = 0, w = 0] = picture(x);
      return [n, c, h * node.attributes.scale, w * node.attributes.scale];
    },
    reach: (node) => {
      const taps = Array.from({ length: node.attributes.scale }, (_, phase) => resizeTaps(node.attributes, phase));
      const low = Math.min(...taps.map((t) => t.first));
      const high = Math.max(...taps.map((t) => t.first + t.weights.length - 1));
      return { rows: [low, high], columns: [low, high] };
    },
    scale: (node) => node.attributes.scale,
  },
  Pad: {
    inputs: [1, 1],
    shape: (node, [x]) => {
      const [n = 0, c = 0, h = 0, w = 0] = picture(x);
      const [top, left, bottom, right] = node.attributes.pads;
      const most = node.attributes.mode === 'reflect' ? Math.max(top - h, bottom - h, left - w, right - w) + 1 : 0;
      expect(most <= 0, 'a picture larger than its reflection', [x]);
      return positive([n, c, h + top + bottom, w + left + right]);
    },
    reach: ({ attributes: { pads } }) => ({ rows: [-pads[0], -pads[0]], columns: [-pads[1], -pads[1]] }),
  },
};

/** True for the name of an op in {@link OPS}. */
export function isOpName(name: string): name is OpName {
  return Object.hasOwn(OPS, name);
}

/** The rule of a node's op, typed for any node. */
export function ruleOf(node: Node): OpRule<OpName> {
  return OPS[node.op] as unknown as OpRule<OpName>;
}

function convShape(node: Node<'Conv'>, [x, w, b]: readonly Shape[]): Shape {
  const [n = 0, c = 0, h = 0, width = 0] = picture(x);
  const [m = 0, perGroup = 0, kh = 0, kw = 0] = picture(w);
  const { pads, dilations, group } = node.attributes;
  expect(perGroup * group === c && m % group === 0, `weights for ${c} channels in ${group} group(s)`, [w]);
  expect(b === undefined || (b.length === 1 && b[0] === m), `a bias of ${m}`, [b]);
  const [top, left, bottom, right] = pads;
  return positive([n, m, h + top + bottom - dilations[0] * (kh - 1), width + left + right - dilations[1] * (kw - 1)]);
}
