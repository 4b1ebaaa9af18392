/**
 * onnxruntime's PRelu is slow on the CPU (several times a convolution's own pass over the same samples) and cannot work
 * on its blocked (NCHWc) layout, so that every PRelu costs two conversions besides. The same function in operators that
 * can: `prelu(x) = a·x + (1 - a)·relu(x)`, as two depthwise 1x1 convolutions and a relu. Where no slope exceeds 1 the
 * second term is `relu((1 - a)·x)`, which onnxruntime fuses into one pass.
 */
import { decodeOnnx, encodeOnnx } from '../../../../models/format/onnx.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from '../../../../models/format/onnx.ts';

/** Larger files are left as they are: reading and writing them would cost more than it saves. */
const LARGEST_BYTES = 16 * 1024 * 1024;

/** The same network with its PRelus split; the same bytes where there is nothing to gain. */
export function splitPRelus(onnx: Uint8Array): Uint8Array {
  if (onnx.byteLength > LARGEST_BYTES) return onnx;
  try {
    const model = decodeOnnx(onnx);
    const split = splitAll(model);
    return split === model ? onnx : encodeOnnx(split);
  } catch {
    return onnx; // What cannot be read here is for onnxruntime to judge.
  }
}

function splitAll(model: OnnxModel): OnnxModel {
  const { nodes, initializers } = model.graph;
  const constants = new Map(initializers.map((tensor) => [tensor.name, tensor]));
  const added: OnnxTensor[] = [];
  const rewritten = nodes.flatMap((node) => {
    const slopes = slopesOf(node, constants);
    return slopes === null ? [node] : splitOne(node, slopes, added);
  });
  if (added.length === 0) return model;
  const used = new Set(rewritten.flatMap((node) => node.inputs));
  const kept = [...initializers, ...added].filter(({ name }) => used.has(name));
  return { ...model, graph: { ...model.graph, nodes: rewritten, initializers: kept } };
}

/** One slope a channel (`[C, 1, 1]`); null for every other node. */
function slopesOf(node: OnnxNode, constants: ReadonlyMap<string, OnnxTensor>): Float32Array | null {
  const tensor = node.opType === 'PRelu' && node.domain === '' ? constants.get(node.inputs[1] ?? '') : undefined;
  if (!(tensor?.data instanceof Float32Array)) return null;
  const isPerChannel = tensor.dims.length === 3 && tensor.dims[1] === 1 && tensor.dims[2] === 1;
  return isPerChannel ? tensor.data : null;
}

function splitOne({ inputs, outputs }: OnnxNode, slopes: Float32Array, added: OnnxTensor[]): OnnxNode[] {
  const [x = ''] = inputs;
  const [y = ''] = outputs;
  const scale = (name: string, input: string, weights: Float32Array): OnnxNode => {
    added.push({ name: `${name}.weight`, dims: [weights.length, 1, 1, 1], dataType: 'float', data: weights });
    return makeNode('Conv', name, [input, `${name}.weight`], {
      group: { type: 'int', value: weights.length },
      kernel_shape: { type: 'ints', value: [1, 1] },
    });
  };
  const rise = slopes.map((slope) => 1 - slope);
  const [bend, scaled] = [`${y}.bend`, `${y}.scaled`];
  const bent = rise.every((weight) => weight >= 0)
    ? [scale(scaled, x, rise), makeNode('Relu', bend, [scaled])]
    : [makeNode('Relu', scaled, [x]), scale(bend, scaled, rise)];
  return [...bent, scale(`${y}.line`, x, slopes), makeNode('Add', y, [`${y}.line`, bend])];
}

function makeNode(
  opType: string,
  output: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): OnnxNode {
  return { opType, domain: '', name: output, inputs, outputs: [output], attributes };
}
