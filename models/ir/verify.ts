import { AppError, isAppError } from '../../main/core/errors.ts';
import type { Graph, Node, Shape } from './graph.ts';
import { elementCount } from './graph.ts';
import { isOpName, ruleOf } from './ops.ts';

/**
 * Shapes of all values for one input size.
 * @param size of the input picture in samples
 * @throws AppError `model-invalid`: one sentence naming the node
 */
export function inferShapes(graph: Graph, size: { height: number; width: number }): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const [name, tensor] of Object.entries(graph.constants)) shapes.set(name, tensor.dims);
  shapes.set(graph.input.name, [1, graph.input.channels, size.height, size.width]);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? fail(node, `a value '${name}'`, 'none before it'));
    shapes.set(node.output, shapeOf(node, inputs));
  }
  return shapes;
}

/**
 * Checks everything a graph promises: known ops, the right number of inputs, values defined once and before use,
 * constants as long as their dims say, shapes that fit.
 * @throws AppError `model-invalid`
 * @returns the graph, so that a pass can end with it
 */
export function verifyGraph(graph: Graph): Graph {
  const defined = new Set([graph.input.name]);
  for (const [name, { dims, data }] of Object.entries(graph.constants)) {
    if (defined.has(name)) throw invalid(`expected one value named '${name}' but got two`);
    if (elementCount(dims) !== data.length) {
      throw invalid(`expected ${elementCount(dims)} elements in constant '${name}' but got ${data.length}`);
    }
    defined.add(name);
  }
  for (const node of graph.nodes) {
    if (!isOpName(node.op)) throw invalid(`expected a known op but got '${(node as Node).op}'`);
    const [fewest, most] = ruleOf(node).inputs;
    const count = node.inputs.length;
    if (count < fewest || count > most) fail(node, `${fewest} to ${most} inputs`, String(count));
    for (const input of node.inputs) {
      if (!defined.has(input)) fail(node, `a value '${input}'`, 'none before it');
    }
    if (defined.has(node.output)) fail(node, 'an output of its own', `'${node.output}', which is defined already`);
    defined.add(node.output);
  }
  if (!defined.has(graph.output)) throw invalid(`expected an output '${graph.output}' but no node makes it`);
  const { height, width } = graph.input;
  inferShapes(graph, { height: height ?? VERIFY_SIZE, width: width ?? VERIFY_SIZE });
  return graph;
}

/** Any size would do: large enough for kernels and reflections, a multiple of small block sizes. */
const VERIFY_SIZE = 48;

function shapeOf(node: Node, inputs: readonly Shape[]): Shape {
  try {
    return ruleOf(node).shape(node, inputs);
  } catch (error) {
    if (!isAppError(error)) throw error;
    throw invalid(`node '${node.name}' (${node.op}): ${error.message}`);
  }
}

function fail(node: Node, wanted: string, got: string): never {
  throw invalid(`node '${node.name}' (${node.op}): expected ${wanted} but got ${got}`);
}

function invalid(message: string): AppError {
  return new AppError('model-invalid', message);
}
