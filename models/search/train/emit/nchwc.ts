/**
 * Rules for onnxruntime's internal domain `com.microsoft.nchwc`. onnxruntime itself picks these kernels only for constant
 * weights; a training graph has none, so the nodes are written by hand and weights are re-blocked inside the graph.
 * Layouts (b = block): activations [N, C/b, H, W, b] under the ONNX shape [N, C, H, W]; weights [M/b, C/b, k, k, b(c), b(m)]
 * (OIHWBiBo), or [M/b, C, k, k, b(m)] (OIHWBo) for a plain input of fewer than b channels.
 * Source: onnxruntime/core/mlas/lib/snchwc.cpp, reorder.cpp. Undocumented: the package is pinned, tests compare with `plain`.
 */
import { sizeOf } from '../autodiff/tensor.ts';
import type { Tensor } from '../autodiff/tensor.ts';
import type { EmitTable, Emitter } from './emitter.ts';
import { quantizeActivations, quantizeActivationsGrad, reverseTaps, slopeAt, stepFunction } from './plain.ts';
import { blockedConv, divides, reorderOutput } from './nchwc-nodes.ts';
import { convWeightGrad } from './nchwc-weight-grad.ts';
import { int, ints } from './writer.ts';

/** What the kernels take as an input: whole blocks, or a plain tensor narrower than a block. */
const feeds = (e: Emitter, channels: number): boolean => divides(e, channels) || channels < e.block;

/** True when the tensor is to be computed in channel blocks. */
export function canBeBlocked(e: Emitter, t: Tensor): boolean {
  if (e.backend.kind !== 'nchwc' || !(t.op in BLOCKED)) return false;
  const [x, second] = t.inputs as [Tensor, Tensor];
  if (t.op === 'conv' || t.op === 'convInputGrad') return divides(e, t.shape[1]!) && feeds(e, x.shape[1]!);
  // Elementwise operations follow their inputs.
  if (t.shape.length !== 4 || !divides(e, t.shape[1]!)) return false;
  // One number has no layout.
  if (t.op === 'mul' && sizeOf(second.shape) === 1) return e.isBlocked(x);
  if (t.op === 'add' || t.op === 'mul')
    return x.shape.join() === second.shape.join() && (e.isBlocked(x) || e.isBlocked(second));
  return t.inputs.some((input) => e.isBlocked(input));
}

function convolve(e: Emitter, x: Tensor, weights: string, bias: string | null, kernel: number): string {
  const pad = (kernel - 1) / 2;
  const input = divides(e, x.shape[1]!) ? e.blocked(x) : e.plain(x);
  return blockedConv(e, [input, weights, ...(bias ? [bias] : [])], [kernel, kernel], pad);
}

/**
 * @param w weights [M, C, k*k]
 * @returns them in the kernel's layout, for a convolution from C to M channels or (`swap`) from M to C
 */
function blockWeights(e: Emitter, w: string, [m, c, taps]: [number, number, number], swap: boolean): string {
  const { writer, block: b } = e;
  const kernel = Math.sqrt(taps);
  const [out, into] = swap ? [c, m] : [m, c];
  const split = (channels: number) => (divides(e, channels) ? [channels / b, b] : [channels, 1]);
  const cut = writer.node('Reshape', [w, writer.shape([...split(m), ...split(c), taps])]);
  // Axes: 0 m/b, 1 b(m), 2 c/b, 3 b(c), 4 taps.
  const perm = swap ? [2, 0, 4, 1, 3] : [0, 2, 4, 3, 1];
  const turned = writer.node('Transpose', [cut], { perm: ints(perm) });
  return writer.node('Reshape', [turned, writer.shape([out, into, kernel, kernel])]);
}

function flatTaps(e: Emitter, weights: Tensor): [name: string, shape: [number, number, number]] {
  const [m, c, k] = weights.shape as [number, number, number];
  const shape: [number, number, number] = [m, c, k * k];
  return [e.writer.node('Reshape', [e.plain(weights), e.writer.shape(shape)]), shape];
}

function conv(e: Emitter, t: Tensor): string {
  const [x, weights, bias] = t.inputs as [Tensor, Tensor, Tensor];
  const [flat, shape] = flatTaps(e, weights);
  return convolve(e, x, blockWeights(e, flat, shape, false), e.plain(bias), weights.shape[2]!);
}

function convInputGrad(e: Emitter, t: Tensor): string {
  const [dy, weights] = t.inputs as [Tensor, Tensor];
  const [flat, shape] = flatTaps(e, weights);
  return convolve(e, dy, blockWeights(e, reverseTaps(e, flat), shape, true), null, weights.shape[2]!);
}

/** Per-channel values [C] as [1, C, H, W] in blocked order, so that one pass runs over whole samples. */
function tileChannels(e: Emitter, values: Tensor, like: Tensor): string {
  const { writer, block: b } = e;
  const [, c, h, w] = like.shape as [number, number, number, number];
  const cut = writer.node('Reshape', [e.plain(values), writer.shape([c / b, 1, b])]);
  const tiled = writer.node('Expand', [cut, writer.shape([c / b, h * w, b])]);
  return writer.node('Reshape', [tiled, writer.shape([1, c, h, w])]);
}

function channelSum(e: Emitter, t: Tensor): string {
  const { writer, block: b } = e;
  const x = t.inputs[0]!;
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const cut = writer.node('Reshape', [e.blocked(x), writer.shape([n, c / b, h * w, b])]);
  const perSample = writer.node('ReduceSum', [cut, writer.shape([2])], { keepdims: int(0) });
  const sum = writer.node('ReduceSum', [perSample, writer.shape([0])], { keepdims: int(0) });
  return writer.node('Reshape', [sum, writer.shape([c])]);
}

/** Rules that yield a blocked value; elementwise ones write the same nodes as in plain order. */
export const BLOCKED: EmitTable = {
  conv,
  convInputGrad,
  add: (e, t) => e.writer.node('Add', [e.blocked(t.inputs[0]!), e.blocked(t.inputs[1]!)]),
  relu: (e, t) => e.writer.node('Relu', [e.blocked(t.inputs[0]!)]),
  reluGrad: (e, t) => e.writer.node('Mul', [e.blocked(t.inputs[1]!), stepFunction(e, e.blocked(t.inputs[0]!))]),
  mul: (e, t) => {
    const [x, second] = t.inputs as [Tensor, Tensor];
    return e.writer.node('Mul', [e.blocked(x), sizeOf(second.shape) === 1 ? e.plain(second) : e.blocked(second)]);
  },
  preluDerivative: (e, t) => slopeAt(e, e.blocked(t.inputs[0]!), tileChannels(e, t.inputs[1]!, t)),
  prelu: (e, t) => e.writer.node('Mul', [e.blocked(t.inputs[0]!), e.blocked(t.inputs[2]!)]),
  preluSlopeTerm: (e, t) => {
    const negative = e.writer.node('Min', [e.blocked(t.inputs[0]!), e.writer.constant([], [0])]);
    return e.writer.node('Mul', [negative, e.blocked(t.inputs[1]!)]);
  },
  quantizeActivations: (e, t) => quantizeActivations(e, e.blocked(t.inputs[0]!), t.inputs[1]!),
  quantizeActivationsGrad: (e, t) =>
    quantizeActivationsGrad(e, e.blocked(t.inputs[0]!), t.inputs[1]!, e.blocked(t.inputs[2]!)),
};

/** A convolution whose outputs do not fill a block (the last layer): computed with zero channels added, then cut. */
function narrowConv(e: Emitter, t: Tensor<'conv'>): string {
  const { writer, block: b } = e;
  const [x, weights, bias] = t.inputs as [Tensor, Tensor, Tensor];
  const [flat, [m, c, taps]] = flatTaps(e, weights);
  const missing = (b - (m % b)) % b;
  const padded = writer.node('Pad', [flat, writer.shape([0, 0, 0, missing, 0, 0])]);
  const blocked = blockWeights(e, padded, [m + missing, c, taps], false);
  const paddedBias = writer.node('Pad', [e.plain(bias), writer.shape([0, missing])]);
  return reorderOutput(e, convolve(e, x, blocked, paddedBias, weights.shape[2]!), m);
}

/** Rules that use blocks inside but yield a plain value. */
const OVERRIDES: EmitTable = { conv: narrowConv, convWeightGrad, channelSum };

/** @returns the rule that beats the plain one, if the shapes allow it */
export function overrideFor(e: Emitter, t: Tensor): EmitTable[typeof t.op] | undefined {
  if (e.backend.kind !== 'nchwc') return undefined;
  const [x, second] = t.inputs as [Tensor, Tensor];
  if (t.op === 'conv' && divides(e, x.shape[1]!)) return OVERRIDES.conv;
  if (t.op === 'channelSum' && e.isBlocked(x)) return OVERRIDES.channelSum;
  if (t.op !== 'convWeightGrad' || x.shape[0]! % e.block !== 0) return undefined;
  const wide = divides(e, x.shape[1]!) || divides(e, second.shape[1]!);
  return wide ? OVERRIDES.convWeightGrad : undefined;
}
