/**
 * ONNX models as plain data, whatever library reads and writes the protobuf bytes (codec: onnx-codec.ts).
 * Source: https://github.com/onnx/onnx/blob/main/docs/IR.md
 */

/** ONNX TensorProto.DataType numbers of the element types that are understood here. */
export const ONNX_TYPE = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
} as const;

export type OnnxTypeName = keyof typeof ONNX_TYPE;

/** Elements of a tensor: float16 as its 16 raw bits, bool as bytes 0/1. */
export type OnnxData = Float32Array | Float64Array | Uint8Array | Int8Array | Int32Array | BigInt64Array | Uint16Array;

/** A constant: row-major, `data.length` = product of `dims` (1 for a scalar, dims []). */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: OnnxTypeName;
  readonly data: OnnxData;
}

/** Tagged, because ONNX tells the float 1 from the int 1. `opaque` stands for subgraphs and the like: read, never written. */
export type OnnxAttribute =
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'tensor'; readonly value: OnnxTensor }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'opaque'; readonly attributeType: number };

export interface OnnxNode {
  readonly opType: string;
  /** '' is the standard operator set. */
  readonly domain: string;
  readonly name: string;
  /** '' marks an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** Name, element type and shape of a value; a dimension is a number, a symbol, or null when nothing is known. */
export interface OnnxValueInfo {
  readonly name: string;
  /** null: an element type that is not understood here, or no tensor at all. */
  readonly dataType: OnnxTypeName | null;
  /** null: unknown rank. */
  readonly dims: readonly (number | string | null)[] | null;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly initializers: readonly OnnxTensor[];
  readonly valueInfos: readonly OnnxValueInfo[];
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly opsetImports: readonly { readonly domain: string; readonly version: number }[];
  readonly producer: string;
  readonly graph: OnnxGraph;
  /** metadata_props. */
  readonly metadata: Readonly<Record<string, string>>;
}
