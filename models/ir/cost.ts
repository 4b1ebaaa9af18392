import type { Graph } from './graph.ts';
import { elementCount } from './graph.ts';
import { ruleOf } from './ops.ts';
import { inferShapes } from './verify.ts';

/** Side of the square at which the cost per sample is taken. */
const PROBE_SIZE = 48;

/** Samples of the picture that all cost figures stand for. */
const OUTPUT_720P = 1280 * 720;

/**
 * Multiply-adds of the whole layers for one input size.
 * @param size of the input picture in samples
 */
export function countMacs(graph: Graph, size: { height: number; width: number }): number {
  const shapes = inferShapes(graph, size);
  return graph.nodes.reduce((sum, node) => {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? []);
    return sum + (ruleOf(node).macs?.(node, inputs, shapes.get(node.output) ?? []) ?? 0);
  }, 0);
}

/**
 * Multiply-adds for a 1280x720 output: x2 weights x 230,400, x3 x 102,400, x4 x 57,600 for layers at input size.
 * Taken per input sample, because 1280 is no multiple of 3.
 */
export function countMacs720p(graph: Graph, scale: number): number {
  const size = { height: graph.input.height ?? PROBE_SIZE, width: graph.input.width ?? PROBE_SIZE };
  const perSample = countMacs(graph, size) / (size.height * size.width);
  return Math.round((perSample * OUTPUT_720P) / (scale * scale));
}

/** Weights, biases and slopes: elements of every constant a node reads. */
export function countParameters(graph: Graph): number {
  const used = new Set(graph.nodes.flatMap((node) => node.inputs));
  const constants = Object.entries(graph.constants).filter(([name]) => used.has(name));
  return constants.reduce((sum, [, tensor]) => sum + elementCount(tensor.dims), 0);
}
