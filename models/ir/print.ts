import type { Graph, Node } from './graph.ts';
import { inferShapes } from './verify.ts';

/**
 * A graph as text, one line a node, for people and golden files. Weights are named with their dims, never printed.
 * @param size shows the shape of every value for this input size; without it shapes are left out
 */
export function printGraph(graph: Graph, size?: { height: number; width: number }): string {
  const { input } = graph;
  const shapes = size === undefined ? undefined : inferShapes(graph, size);
  const head = `graph ${graph.name} (${input.name}: [1, ${input.channels}, ${input.height ?? 'H'}, ${input.width ?? 'W'}])`;
  const lines = graph.nodes.map((node) => {
    const shape = shapes?.get(node.output);
    return `  ${printNode(graph, node)}${shape === undefined ? '' : ` : [${shape.join(', ')}]`}`;
  });
  return [head, ...lines, `  return ${graph.output}`, ''].join('\n');
}

function printNode(graph: Graph, node: Node): string {
  const inputs = node.inputs.map((name) => {
    const constant = graph.constants[name];
    return constant === undefined ? name : `${name}[${constant.dims.join(', ')}]`;
  });
  const attributes = Object.entries(node.attributes).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${node.output} = ${node.op}(${inputs.join(', ')})${attributes.length === 0 ? '' : ` {${attributes.join(' ')}}`}`;
}
