import type { Graph, Node, Tensor } from '../../ir/graph.ts';
import { interpret } from '../../ir/interpret.ts';
import { Draft } from './draft.ts';

/** Computes what depends on constants alone. */
export function foldConstants(graph: Graph): Graph {
  const draft = new Draft(graph);
  for (const node of [...draft.nodes]) {
    if (node.output === graph.output || node.inputs.some((name) => draft.constants[name] === undefined)) continue;
    draft.remove(node);
    draft.constants[node.output] = evaluate(draft, node);
  }
  return draft.finish();
}

function evaluate(draft: Draft, node: Node): Tensor {
  const constants = Object.fromEntries(node.inputs.map((name) => [name, draft.constants[name]!]));
  const input = { name: `${node.output}.unused`, channels: 1, height: 1, width: 1 };
  const alone: Graph = { name: node.name, input, output: node.output, constants, nodes: [node] };
  return interpret(alone, { dims: [1, 1, 1, 1], data: new Float32Array(1) });
}
