import { AppError } from '../../main/core/errors.ts';
import type { Graph, Node, OpName, Tensor } from './graph.ts';
import { CONV_KERNEL } from './kernels/conv.ts';
import { FUSED_KERNELS } from './kernels/fused.ts';
import { ELEMENTWISE_KERNELS } from './kernels/elementwise.ts';
import { LAYOUT_KERNELS } from './kernels/layout.ts';
import { ruleOf } from './ops.ts';

/**
 * Computes one op. Sums and products run in float64 and are rounded to f32 once, when the output is stored: this is the
 * definition every fast runtime is compared with.
 */
export type Kernel<K extends OpName> = (node: Node<K>, inputs: readonly Tensor[], output: Tensor) => void;

/** One kernel per op. */
export type KernelTable<K extends OpName = OpName> = { readonly [P in K]: Kernel<P> };

const KERNELS: KernelTable = { Conv: CONV_KERNEL, ...ELEMENTWISE_KERNELS, ...LAYOUT_KERNELS, ...FUSED_KERNELS };

/**
 * Runs a graph, slowly and exactly.
 * @param input `[1, channels, h, w]`, h and w as the graph allows
 * @param onValue gets each node's output as it is computed; it must not keep the tensor
 * @returns the output, `[1, c, h', w']`
 * @throws AppError `model-invalid` when the input does not fit the graph
 */
export function interpret(graph: Graph, input: Tensor, onValue?: (name: string, value: Tensor) => void): Tensor {
  const { channels, height, width } = graph.input;
  const [n, c, h, w] = input.dims;
  if (n !== 1 || c !== channels || (height !== null && h !== height) || (width !== null && w !== width)) {
    const wanted = `[1, ${channels}, ${height ?? 'H'}, ${width ?? 'W'}]`;
    throw new AppError('model-invalid', `expected an input ${wanted} but got [${input.dims.join(', ')}]`);
  }
  const values = new Map<string, Tensor>(Object.entries(graph.constants));
  values.set(graph.input.name, input);
  const lastUse = new Map(graph.nodes.flatMap((node, i) => node.inputs.map((name) => [name, i] as const)));
  graph.nodes.forEach((node, i) => {
    const inputs = node.inputs.map((name) => read(values, name));
    const dims = ruleOf(node).shape(
      node,
      inputs.map((t) => t.dims),
    );
    const output = { dims, data: new Float32Array(dims.reduce((a, b) => a * b, 1)) };
    (KERNELS[node.op] as Kernel<OpName>)(node, inputs, output);
    values.set(node.output, output);
    onValue?.(node.output, output);
    for (const name of node.inputs) if (lastUse.get(name) === i && name !== graph.output) values.delete(name);
  });
  return read(values, graph.output);
}

function read(values: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const value = values.get(name);
  if (value === undefined) throw new AppError('model-invalid', `expected a value '${name}' but nothing makes it`);
  return value;
}
