import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../main/core/errors.ts';
import { decodeOnnx, encodeOnnx } from '../../../models/format/onnx.ts';
import type { OnnxModel } from '../../../models/format/onnx.ts';

const model: OnnxModel = {
  irVersion: 8,
  opsetImports: [
    { domain: '', version: 17 },
    { domain: 'com.microsoft', version: 1 },
  ],
  producer: 'tandem',
  metadata: { scale: '2', colour: 'y' },
  graph: {
    name: 'net',
    nodes: [
      {
        opType: 'Conv',
        domain: '',
        name: 'conv0',
        inputs: ['x', 'w', ''],
        outputs: ['y'],
        attributes: {
          kernel_shape: { type: 'ints', value: [3, 3] },
          group: { type: 'int', value: 1 },
          alpha: { type: 'float', value: 1 },
          scales: { type: 'floats', value: [0.5, 2] },
          mode: { type: 'string', value: 'CRD' },
          names: { type: 'strings', value: ['ä', 'b'] },
          value: { type: 'tensor', value: { name: 't', dims: [], dataType: 'float', data: Float32Array.of(-1.5) } },
        },
      },
    ],
    inputs: [{ name: 'x', dataType: 'float', dims: ['N', 1, null, 0] }],
    outputs: [{ name: 'y', dataType: 'float', dims: null }],
    initializers: [
      { name: 'w', dims: [1, 1, 1, 3], dataType: 'float', data: Float32Array.of(1, -2, 3.25) },
      { name: 's', dims: [2], dataType: 'int64', data: BigInt64Array.of(-1n, 9007199254740993n) },
      { name: 'q', dims: [3], dataType: 'int8', data: Int8Array.of(-128, 0, 127) },
      { name: 'h', dims: [1], dataType: 'float16', data: Uint16Array.of(0x3c00) },
    ],
    valueInfos: [{ name: 'v', dataType: 'int64', dims: [2] }],
  },
};

function codeOf(bytes: Uint8Array): string {
  try {
    decodeOnnx(bytes);
    return 'no error';
  } catch (error) {
    return isAppError(error) ? error.code : 'another error';
  }
}

describe('ONNX codec', () => {
  it('gives back what was written', () => {
    expect(decodeOnnx(encodeOnnx(model))).toEqual(model);
  });

  it('refuses bytes that are no model', () => {
    expect(codeOf(new Uint8Array())).toBe('model-invalid');
    expect(codeOf(new TextEncoder().encode('this is a text file, not a model'))).toBe('model-invalid');
    expect(codeOf(encodeOnnx(model).subarray(0, 120))).toBe('model-invalid');
  });

  it('refuses a tensor whose bytes do not fill its shape', () => {
    const [first, ...others] = model.graph.initializers;
    const short = { ...first!, dims: [1, 1, 1, 4] };
    const broken = { ...model, graph: { ...model.graph, initializers: [short, ...others] } };
    expect(codeOf(encodeOnnx(broken))).toBe('model-invalid');
  });
});
