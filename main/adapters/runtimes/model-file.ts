import { AppError } from '../../core/errors.ts';
import type { Arithmetic, RuntimeGeometry, RuntimeModel } from '../../core/runtime.ts';

/**
 * @returns the bytes that compute a model in the wanted arithmetic
 * @throws AppError `model-unsupported` when the model has no such file
 */
export function fileFor({ name, onnx, onnxInt8 }: RuntimeModel, arithmetic: Arithmetic): Uint8Array {
  const isInt8 = onnx === onnxInt8;
  if (arithmetic === 'f32' && !isInt8) return onnx;
  if (arithmetic === 'int8' && onnxInt8 !== undefined) return onnxInt8;
  if (arithmetic === 'f16') {
    throw new AppError(
      'model-unsupported',
      'expected int8 or f32 on the processor but got f16, which a GPU or a phone computes in (--device gpu or phone)',
    );
  }
  const has = isInt8 ? 'int8' : onnxInt8 === undefined ? 'f32' : 'f32 and int8';
  throw new AppError('model-unsupported', `expected model '${name}' in ${arithmetic} but it comes in ${has}`);
}

/** What a model computes in where nobody asked for more: as its main file is. */
export function plainArithmetic({ onnx, onnxInt8 }: RuntimeModel): Arithmetic {
  return onnx === onnxInt8 ? 'int8' : 'f32';
}

/**
 * What a model computes in where nobody asked: int8 for eight bits where it has that, else as its main file is. Hidden
 * layers in int8 know 256 levels, which would move flat areas of finer samples by several of their codes.
 */
export function chooseArithmetic(model: RuntimeModel, { bitDepth }: RuntimeGeometry): Arithmetic {
  return model.onnxInt8 !== undefined && bitDepth <= 8 ? 'int8' : plainArithmetic(model);
}

/** Why it is not the faster one that the model also has, as a sentence; null where it is. */
export function noteOnArithmetic(model: RuntimeModel, { bitDepth }: RuntimeGeometry): string | null {
  if (bitDepth <= 8 || model.onnxInt8 === undefined || plainArithmetic(model) === 'int8') return null;
  return `It is computed in f32, since the source has ${bitDepth} bits a sample; --arithmetic int8 is faster and coarser.`;
}
