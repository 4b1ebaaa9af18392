import onnxProto from 'onnx-proto';
import type { onnx } from 'onnx-proto';
import { AppError } from '../../main/core/errors.ts';
import { ONNX_TYPE } from './onnx-types.ts';
import type { OnnxData, OnnxTensor, OnnxTypeName } from './onnx-types.ts';

const { EXTERNAL } = onnxProto.onnx.TensorProto.DataLocation;

const NAME_OF = new Map<number, OnnxTypeName>(
  Object.entries(ONNX_TYPE).map(([name, number]) => [number, name as OnnxTypeName]),
);

const ARRAY_OF = {
  float: Float32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
  float16: Uint16Array,
  double: Float64Array,
} as const;

/** @returns the name of an ONNX element type, null for one that is not understood. */
export function typeNameOf(number: number): OnnxTypeName | null {
  return NAME_OF.get(number) ?? null;
}

/** @returns TensorProto.DataType of a name. */
export function typeNumberOf(name: OnnxTypeName): number {
  return ONNX_TYPE[name];
}

/** @returns the protobuf form, elements as raw little-endian bytes. */
export function encodeTensor(tensor: OnnxTensor): onnx.ITensorProto {
  const { data } = tensor;
  return {
    name: tensor.name,
    dims: [...tensor.dims],
    dataType: typeNumberOf(tensor.dataType),
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

/** @throws AppError when the element type is unknown, the data lies in another file, or the count does not fit the dims. */
export function decodeTensor(proto: onnx.ITensorProto): OnnxTensor {
  const name = proto.name ?? '';
  const dataType = typeNameOf(proto.dataType ?? 0);
  if (dataType === null) {
    throw new AppError(
      'model-unsupported',
      `expected a numeric tensor for '${name}' but got element type ${proto.dataType}`,
    );
  }
  if (proto.dataLocation === EXTERNAL || (proto.externalData ?? []).length > 0) {
    throw new AppError('model-unsupported', `expected weights inside the ONNX file but '${name}' is kept in another`);
  }
  const dims = (proto.dims ?? []).map(Number);
  const count = dims.reduce((a, b) => a * b, 1);
  const data = readData(proto, dataType);
  if (data.length !== count) {
    throw new AppError(
      'model-invalid',
      `expected ${count} elements in tensor '${name}' [${dims.join(', ')}] but got ${data.length}`,
    );
  }
  return { name, dims, dataType, data };
}

function readData(proto: onnx.ITensorProto, type: OnnxTypeName): OnnxData {
  const raw = proto.rawData;
  if (raw && raw.byteLength > 0) {
    // Copied (Buffer.slice would not): the bytes inside the file are not aligned to the element.
    const copy = new Uint8Array(raw);
    const Type = ARRAY_OF[type];
    return new Type(copy.buffer, 0, Math.floor(copy.byteLength / Type.BYTES_PER_ELEMENT));
  }
  if (type === 'float') return Float32Array.from(proto.floatData ?? []);
  if (type === 'double') return Float64Array.from(proto.doubleData ?? []);
  if (type === 'int64') return BigInt64Array.from((proto.int64Data ?? []).map((v) => BigInt(String(v))));
  return ARRAY_OF[type].from(proto.int32Data ?? []);
}
