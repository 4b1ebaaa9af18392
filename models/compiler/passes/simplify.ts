import type { Graph, Node } from '../../ir/graph.ts';
import { Draft } from './draft.ts';

/**
 * Fewer forms of the same: no Identity, differences and quotients with constants as sums and products, every piecewise
 * linear activation as PRelu.
 */
export function simplify(graph: Graph): Graph {
  const draft = new Draft(graph);
  for (const node of [...draft.nodes]) {
    const current = draft.producer(node.output) ?? node;
    if (isCopy(current)) {
      const [from = ''] = current.inputs;
      // A rounding that stands on the copy must not be lost, nor may the graph's output lose its name.
      if (!(current.output in draft.quantised) && draft.forward(current.output, from)) draft.remove(current);
      continue;
    }
    const simple = simpler(draft, current);
    if (simple !== null) draft.replace(current, simple);
  }
  return draft.finish();
}

function isCopy(node: Node): boolean {
  if (node.op === 'Resize') return node.attributes.scale === 1;
  return node.op === 'Identity' || (node.op === 'DepthToSpace' && node.attributes.blockSize === 1);
}

function simpler(draft: Draft, node: Node): Node | null {
  const [x = '', y = ''] = node.inputs;
  const { name, output } = node;
  const prelu = (slope: number): Node => {
    const constant = draft.addConstant(`${output}.slope`, { dims: [1], data: Float32Array.of(slope) });
    return { op: 'PRelu', name, output, inputs: [x, constant], attributes: {} };
  };
  const withInverse = (op: 'Add' | 'Mul', inverse: (v: number) => number): Node | null => {
    const constant = draft.constants[y];
    if (constant === undefined) return null;
    const inverted = draft.addConstant(`${y}.inverse`, { dims: constant.dims, data: constant.data.map(inverse) });
    return { op, name, output, inputs: [x, inverted], attributes: {} };
  };
  switch (node.op) {
    case 'Relu':
      return prelu(0);
    case 'LeakyRelu':
      return prelu(node.attributes.alpha);
    case 'Clip':
      return node.attributes.minimum === 0 && node.attributes.maximum === Infinity ? prelu(0) : null;
    case 'Sub':
      return withInverse('Add', (v) => -v);
    case 'Div':
      return withInverse('Mul', (v) => 1 / v);
    default:
      return null;
  }
}

/**
 * Drops what the rounding to samples does in any case: a copy, or a clamp to what the samples can hold.
 * @param inputMaximum what the full code is inside the network
 */
export function dropOutputClamp(graph: Graph, inputMaximum: number): Graph {
  const last = graph.nodes.find((node) => node.output === graph.output);
  const isClamp = last?.op === 'Clip' && last.attributes.minimum <= 0 && last.attributes.maximum >= inputMaximum;
  const [from = ''] = last?.inputs ?? [];
  const isComputed = graph.nodes.some((node) => node.output === from);
  if (!isComputed || !(isClamp || last?.op === 'Identity')) return graph;
  return dropOutputClamp(new Draft({ ...graph, output: from }).finish(), inputMaximum);
}
