/** ONNX models: plain data and its codec. */
export * from './onnx-types.ts';
export { decodeOnnx, encodeOnnx } from './onnx-codec.ts';
