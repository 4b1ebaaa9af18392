import { AppError } from '../../../main/core/errors.ts';
import type { OnnxModel } from '../../format/onnx.ts';
import type { Graph, Node, Quantisation, Tensor } from '../../ir/graph.ts';
import { importOnnx } from '../../ir/import-onnx.ts';
import { fuseGraph } from '../passes/fuse.ts';
import { calibrate, chooseQuantisation } from './calibrate.ts';
import type { ValueRange } from './calibrate.ts';
import { exportQdq } from './export-qdq.ts';

export interface QuantiseOptions {
  /** Pictures as the network gets them, `[1, channels, h, w]`, 0 to `inputMaximum`. */
  readonly samples: readonly Tensor[];
  readonly inputMaximum: number;
  /** Share of activations on each side that may be clipped; 0 keeps the whole range. */
  readonly clippedShare?: number;
}

/**
 * Quantises a trained f32 network after the fact: activations to u8 by the ranges seen on samples, weights to s8 per
 * output channel, biases corrected by the mean error of the rounded weights.
 * @returns the network in standard QuantizeLinear and DequantizeLinear
 * @throws AppError `model-unsupported` for a network that is not made of layers only
 */
export function quantiseModel(model: OnnxModel, options: QuantiseOptions): OnnxModel {
  const graph = fuseGraph(importOnnx(model), options);
  const ranges = calibrate(graph, options.samples, { clippedShare: options.clippedShare ?? 0 });
  return exportQdq(quantiseGraph(graph, ranges, options.inputMaximum));
}

/** @param graph fused, of f32 */
export function quantiseGraph(graph: Graph, ranges: ReadonlyMap<string, ValueRange>, inputMaximum: number): Graph {
  const constants = { ...graph.constants };
  for (const node of graph.nodes) {
    if (node.op !== 'FusedConv' && node.op !== 'FusedOutput') continue;
    const [x = '', w = '', b = ''] = node.inputs;
    const rounded = roundWeights(constants[w]!);
    constants[b] = correctBias(constants[b]!, constants[w]!, rounded, ranges.get(x)?.means ?? []);
    constants[w] = rounded;
  }
  const rounded = { ...graph, constants };
  return { ...rounded, quantised: chooseScales(rounded, ranges, inputMaximum) };
}

/** One scale for each tensor, the same for tensors that stand side by side. */
function chooseScales(
  graph: Graph,
  ranges: ReadonlyMap<string, ValueRange>,
  inputMaximum: number,
): Record<string, Quantisation> {
  const input = { scale: Math.fround(inputMaximum / 255), zeroPoint: 0 };
  const groups = groupTensors(graph);
  const chosen = new Map<readonly string[], Quantisation>();
  const scaleOf = (name: string): number =>
    name === graph.input.name ? input.scale : (chosen.get(groups.get(name) ?? [])?.scale ?? 0);
  for (const group of new Set(groups.values())) {
    const known = group.map((name) => ranges.get(name)).filter((range) => range !== undefined);
    const minimum = Math.min(...known.map((range) => range.minimum));
    const maximum = Math.max(...known.map((range) => range.maximum));
    chosen.set(group, chooseQuantisation({ minimum, maximum }));
  }
  for (let raised = true, round = 0; raised; round += 1) {
    if (round > graph.nodes.length)
      throw new AppError('model-unsupported', 'expected scales that fit quant.md but got none');
    raised = false;
    for (const node of graph.nodes) {
      const group = groups.get(node.output);
      const before = group && chosen.get(group);
      const smallest = smallestScale(graph, node, scaleOf);
      if (before === undefined || before.scale >= smallest) continue;
      chosen.set(group!, { ...before, scale: Math.fround(smallest * 1.001) });
      raised = true;
    }
  }
  const tensors = [...groups].map(([name, group]) => [name, chosen.get(group)!] as const);
  return { [graph.input.name]: input, ...Object.fromEntries(tensors) };
}

/** For each value of a layer or a concatenation: all that have to be carried alike. */
function groupTensors(graph: Graph): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const node of graph.nodes) {
    if (node.op === 'FusedOutput') continue;
    const parts = node.op === 'Concat' ? node.inputs.filter((name) => groups.has(name)) : [];
    const group = [...new Set([node.output, ...parts.flatMap((name) => groups.get(name) ?? [])])];
    for (const name of group) groups.set(name, group);
  }
  return groups;
}

/** quant.md cannot say a finer output of a node than this. */
function smallestScale(graph: Graph, node: Node, scaleOf: (name: string) => number): number {
  // The input beside others is copied to their scale with weights of 64.
  if (node.op === 'Concat') return node.inputs.includes(graph.input.name) ? scaleOf(graph.input.name) / 7.9 : 0;
  if (node.op !== 'FusedConv') return 0;
  const [x = '', w = '', , slope = '', ...adds] = node.inputs;
  const slopes = graph.constants[slope]!.data;
  const steepest = (graph.constants[w]?.scales ?? []).map((scale, m) => scale * Math.max(1, Math.abs(slopes[m] ?? 0)));
  const ofSum = scaleOf(x) * Math.max(...steepest) * (node.attributes.addAfter ? 8.1 : 1.01);
  return Math.max(ofSum, ...adds.map((name) => scaleOf(name) / 7.9));
}

/** Nearest of 255 steps, each output channel with its own. */
function roundWeights(weights: Tensor): Tensor {
  const outputs = weights.dims[0] ?? 1;
  const perOutput = weights.data.length / outputs;
  const largest = Array.from({ length: outputs }, (_, m) =>
    weights.data.subarray(m * perOutput, (m + 1) * perOutput).reduce((most, v) => Math.max(most, Math.abs(v)), 0),
  );
  // A channel without weights takes the scale of the others: its bias is counted in it.
  const fallback = Math.max(...largest) || 1;
  const scales = largest.map((v) => Math.fround((v || fallback) / 127));
  const data = weights.data.map((v, i) => {
    const scale = scales[Math.floor(i / perOutput)] ?? 1;
    return Math.min(127, Math.max(-127, Math.round(v / scale))) * scale;
  });
  return { dims: weights.dims, data, scales };
}

/** Takes the mean of what rounding the weights adds out of the bias. Source: https://arxiv.org/abs/1906.04721 */
function correctBias(bias: Tensor, exact: Tensor, rounded: Tensor, means: readonly number[]): Tensor {
  const [outputs = 1, channels = 1] = exact.dims;
  const perOutput = exact.data.length / outputs;
  const taps = perOutput / channels;
  const data = bias.data.map((value, m) => {
    let error = 0;
    for (let i = m * perOutput; i < (m + 1) * perOutput; i += 1) {
      error += (rounded.data[i]! - exact.data[i]!) * (means[Math.floor(i / taps) % channels] ?? 0);
    }
    return value - error;
  });
  return { dims: bias.dims, data };
}
