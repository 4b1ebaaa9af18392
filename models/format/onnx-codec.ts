import onnxProto from 'onnx-proto';
import type { onnx } from 'onnx-proto';
import { AppError, isAppError } from '../../main/core/errors.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxValueInfo } from './onnx-types.ts';
import { decodeTensor, encodeTensor, typeNameOf, typeNumberOf } from './onnx-tensor.ts';

const { AttributeProto, ModelProto } = onnxProto.onnx;
const ATTRIBUTE = AttributeProto.AttributeType;

/**
 * @param model plain data
 * @returns the bytes of a `.onnx` file, weights inside
 * @throws AppError `internal` for an `opaque` attribute
 */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const { graph } = model;
  const message = ModelProto.create({
    irVersion: model.irVersion,
    producerName: model.producer,
    opsetImport: model.opsetImports.map((o) => ({ domain: o.domain, version: o.version })),
    metadataProps: Object.entries(model.metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: graph.name,
      node: graph.nodes.map(encodeNode),
      initializer: graph.initializers.map(encodeTensor),
      input: graph.inputs.map(encodeValueInfo),
      output: graph.outputs.map(encodeValueInfo),
      valueInfo: graph.valueInfos.map(encodeValueInfo),
    },
  });
  return ModelProto.encode(message).finish();
}

/**
 * @param bytes of a `.onnx` file
 * @throws AppError `model-invalid` for damaged bytes, `model-unsupported` for weights kept outside the file
 */
export function decodeOnnx(bytes: Uint8Array): OnnxModel {
  try {
    const message = ModelProto.decode(bytes);
    const graph = message.graph;
    if (!graph || (graph.node ?? []).length === 0 || (graph.output ?? []).length === 0) {
      throw new AppError('model-invalid', 'expected an ONNX model with a graph but got bytes that hold none');
    }
    return {
      irVersion: Number(message.irVersion),
      producer: message.producerName,
      opsetImports: message.opsetImport.map((o) => ({ domain: o.domain ?? '', version: Number(o.version) })),
      metadata: Object.fromEntries(message.metadataProps.map((p) => [p.key ?? '', p.value ?? ''])),
      graph: {
        name: graph.name ?? '',
        nodes: (graph.node ?? []).map(decodeNode),
        inputs: (graph.input ?? []).map(decodeValueInfo),
        outputs: (graph.output ?? []).map(decodeValueInfo),
        initializers: (graph.initializer ?? []).map(decodeTensor),
        valueInfos: (graph.valueInfo ?? []).map(decodeValueInfo),
      },
    };
  } catch (error) {
    if (isAppError(error)) throw error;
    throw new AppError('model-invalid', 'expected an ONNX model but got bytes that cannot be read as one', {
      details: { byteLength: bytes.byteLength },
      cause: error,
    });
  }
}

function encodeNode(node: OnnxNode): onnx.INodeProto {
  return {
    opType: node.opType,
    domain: node.domain,
    name: node.name,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
  };
}

function decodeNode(node: onnx.INodeProto): OnnxNode {
  return {
    opType: node.opType ?? '',
    domain: node.domain ?? '',
    name: node.name ?? '',
    inputs: node.input ?? [],
    outputs: node.output ?? [],
    attributes: Object.fromEntries((node.attribute ?? []).map((a) => [a.name ?? '', decodeAttribute(a)])),
  };
}

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

function encodeAttribute(name: string, attribute: OnnxAttribute): onnx.IAttributeProto {
  switch (attribute.type) {
    case 'int':
      return { name, type: ATTRIBUTE.INT, i: attribute.value };
    case 'float':
      return { name, type: ATTRIBUTE.FLOAT, f: attribute.value };
    case 'string':
      return { name, type: ATTRIBUTE.STRING, s: utf8.encode(attribute.value) };
    case 'tensor':
      return { name, type: ATTRIBUTE.TENSOR, t: encodeTensor(attribute.value) };
    case 'ints':
      return { name, type: ATTRIBUTE.INTS, ints: [...attribute.value] };
    case 'floats':
      return { name, type: ATTRIBUTE.FLOATS, floats: [...attribute.value] };
    case 'strings':
      return { name, type: ATTRIBUTE.STRINGS, strings: attribute.value.map((s) => utf8.encode(s)) };
    case 'opaque':
      throw new AppError('internal', `expected an attribute that can be written but got '${name}', a kind only read`);
  }
}

function decodeAttribute(a: onnx.IAttributeProto): OnnxAttribute {
  switch (a.type) {
    case ATTRIBUTE.INT:
      return { type: 'int', value: Number(a.i ?? 0) };
    case ATTRIBUTE.FLOAT:
      return { type: 'float', value: a.f ?? 0 };
    case ATTRIBUTE.STRING:
      return { type: 'string', value: fromUtf8.decode(a.s ?? new Uint8Array()) };
    case ATTRIBUTE.TENSOR:
      return { type: 'tensor', value: decodeTensor(a.t ?? {}) };
    case ATTRIBUTE.INTS:
      return { type: 'ints', value: (a.ints ?? []).map(Number) };
    case ATTRIBUTE.FLOATS:
      return { type: 'floats', value: a.floats ?? [] };
    case ATTRIBUTE.STRINGS:
      return { type: 'strings', value: (a.strings ?? []).map((s) => fromUtf8.decode(s)) };
    default:
      return { type: 'opaque', attributeType: a.type ?? 0 };
  }
}

function encodeValueInfo(info: OnnxValueInfo): onnx.IValueInfoProto {
  const dim = info.dims?.map((d) => (typeof d === 'number' ? { dimValue: d } : d === null ? {} : { dimParam: d }));
  const tensorType = {
    elemType: info.dataType === null ? 0 : typeNumberOf(info.dataType),
    ...(dim ? { shape: { dim } } : {}),
  };
  return { name: info.name, type: { tensorType } };
}

function decodeValueInfo(info: onnx.IValueInfoProto): OnnxValueInfo {
  const tensor = info.type?.tensorType;
  const dims = tensor?.shape?.dim?.map((d) => {
    if (d.dimParam) return d.dimParam;
    // protobuf's accessor tells "0 was written" from "nothing was written" only by the own property.
    return Object.hasOwn(d, 'dimValue') ? Number(d.dimValue) : null;
  });
  return { name: info.name ?? '', dataType: typeNameOf(tensor?.elemType ?? 0), dims: dims ?? null };
}
