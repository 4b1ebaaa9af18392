import type { Tensor } from '../autodiff/tensor.ts';
import { sizeOf } from '../autodiff/tensor.ts';
import type { EmitTable, Emitter } from './emitter.ts';
import { float, int, ints } from './writer.ts';

/** 1e30 * x, cut to [0, 1]: 1 where x > 0, else 0, in one pass (a third cheaper than Greater + Cast). */
export function stepFunction(e: Emitter, x: string): string {
  return e.writer.node('HardSigmoid', [x], { alpha: float(1e30), beta: float(0) });
}

function binary(opType: string) {
  return (e: Emitter, t: Tensor): string => e.writer.node(opType, [e.plain(t.inputs[0]!), e.plain(t.inputs[1]!)]);
}

const padding = (kernel: number) => ints([1, 1, 1, 1].map(() => (kernel - 1) / 2));

/** The weights of the transposed convolution: channels swapped, taps reversed. */
function flipWeights(e: Emitter, weights: Tensor): string {
  const [m, c, k] = weights.shape as [number, number, number];
  const flat = e.writer.node('Reshape', [e.plain(weights), e.writer.shape([m, c, k * k])]);
  const reversed = reverseTaps(e, flat);
  const swapped = e.writer.node('Transpose', [reversed], { perm: ints([1, 0, 2]) });
  return e.writer.node('Reshape', [swapped, e.writer.shape([c, m, k, k])]);
}

/** Reverses axis 2 of [.., .., k*k]. */
export function reverseTaps(e: Emitter, x: string): string {
  const { writer } = e;
  return writer.node('Slice', [x, writer.shape([-1]), writer.shape([-1000]), writer.shape([2]), writer.shape([-1])]);
}

/** All taps of dW from one product: k row-shifts of dy against k column-shifts of x ("outer"), the rest is cut away. */
function convWeightGrad(e: Emitter, t: Tensor<'convWeightGrad'>): string {
  const { writer } = e;
  const [x, dy] = t.inputs as [Tensor, Tensor];
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const m = dy.shape[1]!;
  const k = t.attributes.kernel;
  const r = (k - 1) / 2;
  const shifted = (name: string, axis: 2 | 3, channels: number): string => {
    // Channels outside, pixels inside: [channels, n, h, w], then one copy for each shift along the axis.
    const outer = writer.node('Transpose', [name], { perm: ints([1, 0, 2, 3]) });
    const pads = axis === 2 ? [0, 0, r, 0, 0, 0, r, 0] : [0, 0, 0, r, 0, 0, 0, r];
    const padded = r === 0 ? outer : writer.node('Pad', [outer, writer.shape(pads)]);
    const side = axis === 2 ? h : w;
    const copies = Array.from({ length: k }, (_, shift) => {
      const cut = [writer.shape([shift]), writer.shape([shift + side]), writer.shape([axis])];
      return writer.node('Reshape', [writer.node('Slice', [padded, ...cut]), writer.shape([channels, n * h * w])]);
    });
    return copies.length === 1 ? copies[0]! : writer.node('Concat', copies, { axis: int(0) });
  };
  const xs = shifted(e.plain(x), 3, c);
  const dys = shifted(e.plain(dy), 2, m);
  const turned = writer.node('Transpose', [xs], { perm: ints([1, 0]) });
  const product = writer.node('MatMul', [dys, turned]);
  // [ky', m, kx, c]: shifting dy down by s is shifting x up by s, so the row taps come out reversed.
  const taps = writer.node('Reshape', [product, writer.shape([k, m, k, c])]);
  const cut = [writer.shape([-1]), writer.shape([-1000]), writer.shape([0]), writer.shape([-1])];
  const ordered = writer.node('Slice', [taps, ...cut]);
  return writer.node('Transpose', [ordered], { perm: ints([1, 3, 0, 2]) });
}

function sumTo(e: Emitter, t: Tensor<'sumTo'>): string {
  const from = t.inputs[0]!.shape;
  const lead = from.length - t.shape.length;
  const axes = from.flatMap((d, i) => (i < lead || t.shape[i - lead] !== d ? [i] : []));
  const sum = e.writer.node('ReduceSum', [e.plain(t.inputs[0]!), e.writer.shape(axes)], { keepdims: int(1) });
  return e.writer.node('Reshape', [sum, e.writer.shape(t.shape)]);
}

/** Slope of a PReLU at each element: 1 where x > 0, else the channel's slope. `slope` broadcasts against x. */
export function slopeAt(e: Emitter, x: string, slope: string): string {
  const { writer } = e;
  const rest = writer.node('Sub', [writer.constant([], [1]), slope]);
  return writer.node('Add', [writer.node('Mul', [stepFunction(e, x), rest]), slope]);
}

function channelSlope(e: Emitter, slope: Tensor): string {
  return e.writer.node('Reshape', [e.plain(slope), e.writer.shape([slope.shape[0]!, 1, 1])]);
}

/** x / scale + zeroPoint, before rounding. */
function toCode(e: Emitter, x: string, scale: string, zero: string): string {
  return e.writer.node('Add', [e.writer.node('Div', [x, scale]), zero]);
}

function quantizerState(e: Emitter, state: Tensor): [scale: string, zero: string] {
  const { writer } = e;
  const part = (i: number) =>
    writer.node('Slice', [e.plain(state), writer.shape([i]), writer.shape([i + 1]), writer.shape([0])]);
  return [part(0), part(1)];
}

export function quantizeActivations(e: Emitter, x: string, state: Tensor): string {
  const { writer } = e;
  const [scale, zero] = quantizerState(e, state);
  const limits = [writer.constant([], [0]), writer.constant([], [255])];
  const code = writer.node('Clip', [writer.node('Round', [toCode(e, x, scale, zero)]), ...limits]);
  return writer.node('Mul', [writer.node('Sub', [code, zero]), scale]);
}

export function quantizeActivationsGrad(e: Emitter, x: string, state: Tensor, dy: string): string {
  const { writer } = e;
  const [scale, zero] = quantizerState(e, state);
  const code = toCode(e, x, scale, zero);
  const clipped = writer.node('Clip', [code, writer.constant([], [0]), writer.constant([], [255])]);
  const inside = writer.node('Cast', [writer.node('Equal', [code, clipped])], { to: int(1) });
  return writer.node('Mul', [dy, inside]);
}

function quantizeWeights(e: Emitter, t: Tensor): string {
  const { writer } = e;
  const w = e.plain(t.inputs[0]!);
  const axes = ints(t.shape.map((_, i) => i).slice(1));
  const most = writer.node('ReduceMax', [writer.node('Abs', [w])], { axes, keepdims: int(1) });
  // A channel that is all zero keeps scale 1e-30 / 127 and stays zero.
  const safe = writer.node('Max', [most, writer.constant([], [1e-30])]);
  const scale = writer.node('Div', [safe, writer.constant([], [127])]);
  return writer.node('Mul', [writer.node('Round', [writer.node('Div', [w, scale])]), scale]);
}

export const PLAIN: EmitTable = {
  leaf: (_, t) => t.attributes.name,
  constant: (e, t) => e.writer.constant(t.shape, t.attributes.data),
  add: binary('Add'),
  sub: binary('Sub'),
  mul: binary('Mul'),
  div: binary('Div'),
  sqrt: (e, t) => e.writer.node('Sqrt', [e.plain(t.inputs[0]!)]),
  log: (e, t) => e.writer.node('Log', [e.plain(t.inputs[0]!)]),
  affine: (e, t) => {
    const { factor, offset } = t.attributes;
    const scaled = e.writer.node('Mul', [e.plain(t.inputs[0]!), e.writer.constant([], [factor])]);
    return offset === 0 ? scaled : e.writer.node('Add', [scaled, e.writer.constant([], [offset])]);
  },
  reshape: (e, t) => e.writer.node('Reshape', [e.plain(t.inputs[0]!), e.writer.shape(t.shape)]),
  transpose: (e, t) => e.writer.node('Transpose', [e.plain(t.inputs[0]!)], { perm: ints(t.attributes.permutation) }),
  matmul: binary('MatMul'),
  slice: (e, t) => {
    const { start } = t.attributes;
    const bounds = [[start], [start + sizeOf(t.shape)], [0]].map((v) => e.writer.shape(v));
    const part = e.writer.node('Slice', [e.plain(t.inputs[0]!), ...bounds]);
    return t.shape.length === 1 ? part : e.writer.node('Reshape', [part, e.writer.shape(t.shape)]);
  },
  prefix: (e, t) => {
    const bounds = [t.shape.map(() => 0), t.shape].map((v) => e.writer.shape(v));
    return e.writer.node('Slice', [e.plain(t.inputs[0]!), ...bounds]);
  },
  extend: (e, t) => {
    const behind = t.shape.map((size, axis) => size - t.inputs[0]!.shape[axis]!);
    return e.writer.node('Pad', [e.plain(t.inputs[0]!), e.writer.shape([...behind.map(() => 0), ...behind])]);
  },
  concat: (e, t) => {
    const flat = t.inputs.map((x) =>
      x.shape.length === 1 ? e.plain(x) : e.writer.node('Reshape', [e.plain(x), e.writer.shape([-1])]),
    );
    return e.writer.node('Concat', flat, { axis: int(0) });
  },
  sumTo,
  sign: (e, t) => e.writer.node('Sign', [e.plain(t.inputs[0]!)]),
  abs: (e, t) => e.writer.node('Abs', [e.plain(t.inputs[0]!)]),
  meanAll: (e, t) => e.writer.node('ReduceMean', [e.plain(t.inputs[0]!)], { keepdims: int(0) }),
  conv: (e, t) =>
    e.writer.node(
      'Conv',
      t.inputs.map((x) => e.plain(x)),
      { pads: padding(t.inputs[1]!.shape[2]!) },
    ),
  convInputGrad: (e, t) => {
    const [dy, weights] = t.inputs as [Tensor, Tensor];
    return e.writer.node('Conv', [e.plain(dy), flipWeights(e, weights)], { pads: padding(weights.shape[2]!) });
  },
  convWeightGrad,
  channelSum: (e, t) => {
    // Two stages: pixels, then samples. One stage over [0, 2, 3] takes the slow path.
    const [n, c, h, w] = t.inputs[0]!.shape as [number, number, number, number];
    const flat = e.writer.node('Reshape', [e.plain(t.inputs[0]!), e.writer.shape([n, c, h * w])]);
    const perSample = e.writer.node('ReduceSum', [flat, e.writer.shape([2])], { keepdims: int(0) });
    return e.writer.node('ReduceSum', [perSample, e.writer.shape([0])], { keepdims: int(0) });
  },
  relu: (e, t) => e.writer.node('Relu', [e.plain(t.inputs[0]!)]),
  reluGrad: (e, t) => e.writer.node('Mul', [e.plain(t.inputs[1]!), stepFunction(e, e.plain(t.inputs[0]!))]),
  preluDerivative: (e, t) => slopeAt(e, e.plain(t.inputs[0]!), channelSlope(e, t.inputs[1]!)),
  prelu: (e, t) => e.writer.node('Mul', [e.plain(t.inputs[0]!), e.plain(t.inputs[2]!)]),
  preluSlopeTerm: (e, t) => {
    const negative = e.writer.node('Min', [e.plain(t.inputs[0]!), e.writer.constant([], [0])]);
    return e.writer.node('Mul', [negative, e.plain(t.inputs[1]!)]);
  },
  quantizeWeights,
  quantizeActivations: (e, t) => quantizeActivations(e, e.plain(t.inputs[0]!), t.inputs[1]!),
  quantizeActivationsGrad: (e, t) =>
    quantizeActivationsGrad(e, e.plain(t.inputs[0]!), t.inputs[1]!, e.plain(t.inputs[2]!)),
  range: (e, t) => {
    const x = e.plain(t.inputs[0]!);
    const ends = ['ReduceMin', 'ReduceMax'].map((op) =>
      e.writer.node('Reshape', [e.writer.node(op, [x], { keepdims: int(0) }), e.writer.shape([1])]),
    );
    return e.writer.node('Concat', ends, { axis: int(0) });
  },
};
