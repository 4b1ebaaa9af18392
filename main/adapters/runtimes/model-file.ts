import { AppError } from '../../core/errors.ts';
import type { Arithmetic, RuntimeModel } from '../../core/runtime.ts';

/**
 * @returns the bytes that compute a model in the wanted arithmetic
 * @throws AppError `model-unsupported` when the model has no such file
 */
export function fileFor({ name, onnx, onnxInt8 }: RuntimeModel, arithmetic: Arithmetic): Uint8Array {
  const isInt8 = onnx === onnxInt8;
  if (arithmetic === 'f32' && !isInt8) return onnx;
  if (arithmetic === 'int8' && onnxInt8 !== undefined) return onnxInt8;
  const has = isInt8 ? 'int8' : onnxInt8 === undefined ? 'f32' : 'f32 and int8';
  throw new AppError('model-unsupported', `expected model '${name}' in ${arithmetic} but it comes in ${has}`);
}

/** What a model computes in where nobody asked for more: as its main file is. */
export function plainArithmetic({ onnx, onnxInt8 }: RuntimeModel): Arithmetic {
  return onnx === onnxInt8 ? 'int8' : 'f32';
}
