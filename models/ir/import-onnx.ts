import { AppError } from '../../main/core/errors.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../format/onnx.ts';
import type { Graph, GraphInput, Node, Tensor } from './graph.ts';
import { IMPORTERS } from './import-ops.ts';
import type { ImportScope } from './import-ops.ts';
import { verifyGraph } from './verify.ts';

/**
 * @param model of a super-resolution network: one picture in, one out, standard ops with constant parameters
 * @returns the verified graph; constants folded in, nodes that do not reach the output left out
 * @throws AppError `model-unsupported` naming the op or form that is not known, `model-invalid` for one that is wrong
 */
export function importOnnx(model: OnnxModel): Graph {
  const { graph } = model;
  const constants = new Map<string, OnnxTensor>(graph.initializers.map((t) => [t.name, t]));
  const nodes: Node[] = [];
  const madeFrom = new Map<string, string>();
  const dimsOf = (name: string): readonly number[] | undefined => constants.get(madeFrom.get(name) ?? name)?.dims;
  for (const node of graph.nodes) {
    const output = node.outputs[0] ?? '';
    if (node.opType === 'Constant' && node.domain === '') {
      constants.set(output, constantOf(node));
      continue;
    }
    const importer = isStandard(node) ? IMPORTERS[node.opType] : undefined;
    if (importer === undefined) throw unsupported(`op '${qualifiedName(node)}'`);
    if (node.outputs.filter((o) => o !== '').length !== 1) throw unsupported(`'${node.name}' with several outputs`);
    const scope: ImportScope = { node, constants, dimsOf, opset: standardOpset(model) };
    if (node.opType === 'DequantizeLinear') madeFrom.set(output, node.inputs[0] ?? '');
    nodes.push({ ...importer(scope), name: node.name === '' ? output : node.name, output } as Node);
  }
  const output = graph.outputs[0];
  if (output === undefined || graph.outputs.length !== 1) throw unsupported(`${graph.outputs.length} outputs`);
  const live = liveNodes(nodes, output.name);
  return verifyGraph({
    name: graph.name,
    input: inputOf(model, constants),
    output: output.name,
    constants: usedConstants(live, constants),
    nodes: live,
  });
}

function inputOf({ graph }: OnnxModel, constants: ReadonlyMap<string, unknown>): GraphInput {
  // Old files list their weights among the inputs as well.
  const inputs = graph.inputs.filter((i) => !constants.has(i.name));
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1) throw unsupported(`${inputs.length} inputs`);
  if (input.dataType !== 'float') throw unsupported(`an input of type ${input.dataType ?? 'unknown'}`);
  const [batch, channels, height, width] = input.dims ?? [];
  if (input.dims?.length !== 4 || typeof channels !== 'number' || (typeof batch === 'number' && batch !== 1)) {
    throw unsupported(`an input [${input.dims?.join(', ') ?? 'unknown'}]`);
  }
  const fixed = (d: number | string | null | undefined): number | null => (typeof d === 'number' && d > 0 ? d : null);
  return { name: input.name, channels, height: fixed(height), width: fixed(width) };
}

function constantOf(node: OnnxNode): OnnxTensor {
  const { value, value_float: float, value_floats: floats, value_int: int, value_ints: ints } = node.attributes;
  const name = node.outputs[0] ?? '';
  if (value?.type === 'tensor') return { ...value.value, name };
  if (float?.type === 'float') return { name, dims: [], dataType: 'float', data: Float32Array.of(float.value) };
  if (int?.type === 'int') return { name, dims: [], dataType: 'int64', data: BigInt64Array.of(BigInt(int.value)) };
  if (floats?.type === 'floats') {
    return { name, dims: [floats.value.length], dataType: 'float', data: Float32Array.from(floats.value) };
  }
  if (ints?.type === 'ints') {
    return { name, dims: [ints.value.length], dataType: 'int64', data: BigInt64Array.from(ints.value.map(BigInt)) };
  }
  throw unsupported(`constant '${name}' in this form`);
}

/** Drops what nobody reads, keeping the order. */
function liveNodes(nodes: readonly Node[], output: string): Node[] {
  const wanted = new Set([output]);
  const live: Node[] = [];
  for (const node of [...nodes].reverse()) {
    if (!wanted.has(node.output)) continue;
    live.unshift(node);
    for (const input of node.inputs) wanted.add(input);
  }
  return live;
}

function usedConstants(nodes: readonly Node[], all: ReadonlyMap<string, OnnxTensor>): Record<string, Tensor> {
  const used = new Set(nodes.flatMap((n) => n.inputs));
  const coded = new Set(nodes.filter((n) => n.op === 'DequantizeLinear').map((n) => n.inputs[0]));
  const entries = [...all].filter(([name]) => used.has(name));
  return Object.fromEntries(entries.map(([name, tensor]) => [name, toFloat(tensor, coded.has(name))]));
}

/** @param coded the tensor holds codes of DequantizeLinear; whole numbers beyond 2^24 (biases) round to f32 */
function toFloat({ name, dims, dataType, data }: OnnxTensor, coded: boolean): Tensor {
  if (data instanceof Float32Array) return { dims, data };
  const isCodes = data instanceof Int8Array || data instanceof Uint8Array || data instanceof Int32Array;
  if (!coded || !isCodes) throw unsupported(`weights '${name}' of type ${dataType}`);
  return { dims, data: Float32Array.from(data) };
}

function standardOpset(model: OnnxModel): number {
  return model.opsetImports.find((o) => o.domain === '' || o.domain === 'ai.onnx')?.version ?? 1;
}

function isStandard(node: OnnxNode): boolean {
  return (node.domain === '' || node.domain === 'ai.onnx') && Object.hasOwn(IMPORTERS, node.opType);
}

function qualifiedName(node: OnnxNode): string {
  return node.domain === '' ? node.opType : `${node.domain}.${node.opType}`;
}

function unsupported(what: string): AppError {
  return new AppError('model-unsupported', `expected a network of the ops Tandem knows but got ${what}`);
}
