import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { encodeOnnx } from '../../../models/format/onnx.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../../../models/format/onnx.ts';
import { importOnnx } from '../../../models/ir/import-onnx.ts';
import { interpret } from '../../../models/ir/interpret.ts';
import { OPS } from '../../../models/ir/ops.ts';
import { codes, floats, ints, net, op, randomFloats, randomNumbers } from '../../helpers/onnx-net.ts';

interface Case {
  readonly nodes: readonly OnnxNode[];
  readonly initializers?: readonly OnnxTensor[];
  readonly channels?: number;
  readonly opset?: number;
}

const scales = (s: number): OnnxTensor => floats('scales', [4], [1, 1, s, s]);

function resize(mode: string, coordinates: string, s: number, more: Record<string, string | number> = {}): Case {
  const attributes = { mode, coordinate_transformation_mode: coordinates, ...more };
  return { nodes: [op('Resize', ['x', '', 'scales'], 'y', attributes)], initializers: [scales(s)], channels: 2 };
}

function conv(dims: number[], attributes: Record<string, number | string | number[]>): Case {
  const channels = (dims[1] ?? 1) * Number(attributes.group ?? 1);
  return {
    nodes: [op('Conv', ['x', 'w', 'b'], 'y', attributes)],
    initializers: [randomFloats('w', dims, 7), randomFloats('b', [dims[0] ?? 1], 8)],
    channels,
  };
}

const slope = randomFloats('s', [3, 1, 1], 3);

/** Every op of the table, in the forms that importers meet. Keys begin with the op's name. */
const CASES: Record<string, Case> = {
  'Conv 3x3 same': conv([4, 3, 3, 3], { pads: [1, 1, 1, 1] }),
  'Conv 5x3 uneven pads': conv([2, 3, 5, 3], { pads: [3, 0, 1, 2] }),
  'Conv 1x1': conv([5, 3, 1, 1], {}),
  'Conv 2x2 SAME_UPPER': conv([2, 1, 2, 2], { auto_pad: 'SAME_UPPER' }),
  'Conv 2x2 SAME_LOWER': conv([2, 1, 2, 2], { auto_pad: 'SAME_LOWER' }),
  'Conv VALID': conv([2, 1, 3, 3], { auto_pad: 'VALID' }),
  'Conv grouped': conv([4, 2, 3, 3], { pads: [1, 1, 1, 1], group: 2 }),
  'Conv depthwise': conv([4, 1, 3, 3], { pads: [1, 1, 1, 1], group: 4 }),
  'Conv dilated': conv([2, 2, 3, 3], { pads: [2, 2, 2, 2], dilations: [2, 2] }),
  'Conv many channels': conv([32, 32, 3, 3], { pads: [1, 1, 1, 1] }),
  'Conv without bias': {
    nodes: [op('Conv', ['x', 'w'], 'y')],
    initializers: [randomFloats('w', [2, 1, 3, 3], 1)],
  },
  PRelu: { nodes: [op('PRelu', ['x', 's'], 'y')], initializers: [slope], channels: 3 },
  'PRelu with one slope': { nodes: [op('PRelu', ['x', 's'], 'y')], initializers: [floats('s', [1], [0.2])] },
  Relu: { nodes: [op('Relu', ['x'], 'y')] },
  LeakyRelu: { nodes: [op('LeakyRelu', ['x'], 'y', { alpha: 0.1 })] },
  'LeakyRelu default': { nodes: [op('LeakyRelu', ['x'], 'y')] },
  Clip: {
    nodes: [op('Clip', ['x', 'low', 'high'], 'y')],
    initializers: [floats('low', [], [-0.25]), floats('high', [], [0.5])],
  },
  'Clip with one limit': { nodes: [op('Clip', ['x', '', 'high'], 'y')], initializers: [floats('high', [], [0.5])] },
  'Clip before opset 11': { nodes: [op('Clip', ['x'], 'y', { min: -0.5, max: 0.125 })], opset: 10 },
  Sigmoid: { nodes: [op('Sigmoid', ['x'], 'y')] },
  Tanh: { nodes: [op('Tanh', ['x'], 'y')] },
  Identity: { nodes: [op('Identity', ['x'], 'y')] },
  'Add of two': { nodes: [op('Relu', ['x'], 'r'), op('Add', ['x', 'r'], 'y')] },
  'Add of a constant': {
    nodes: [op('Add', ['c', 'x'], 'y')],
    initializers: [{ ...slope, name: 'c' }],
    channels: 3,
  },
  'Add broadcast over channels': {
    nodes: [op('Conv', ['x', 'w'], 'm'), op('Add', ['x', 'm'], 'y')],
    initializers: [randomFloats('w', [4, 1, 1, 1], 2)],
  },
  Sub: { nodes: [op('Relu', ['x'], 'r'), op('Sub', ['x', 'r'], 'y')] },
  Mul: { nodes: [op('Mul', ['x', 'x'], 'y')], channels: 2 },
  Div: { nodes: [op('Div', ['x', 'c'], 'y')], initializers: [floats('c', [], [3])] },
  Concat: { nodes: [op('Relu', ['x'], 'r'), op('Concat', ['x', 'r', 'x'], 'y', { axis: 1 })], channels: 2 },
  'DepthToSpace CRD': { nodes: [op('DepthToSpace', ['x'], 'y', { blocksize: 2, mode: 'CRD' })], channels: 12 },
  'DepthToSpace DCR': { nodes: [op('DepthToSpace', ['x'], 'y', { blocksize: 2 })], channels: 12 },
  'DepthToSpace x3': { nodes: [op('DepthToSpace', ['x'], 'y', { blocksize: 3, mode: 'CRD' })], channels: 9 },
  'Resize nearest asymmetric floor x2': resize('nearest', 'asymmetric', 2, { nearest_mode: 'floor' }),
  'Resize nearest half pixel x3': resize('nearest', 'half_pixel', 3),
  'Resize nearest asymmetric x3': resize('nearest', 'asymmetric', 3),
  'Resize nearest asymmetric ceil x2': resize('nearest', 'asymmetric', 2, { nearest_mode: 'ceil' }),
  'Resize nearest round_prefer_ceil x4': resize('nearest', 'asymmetric', 4, { nearest_mode: 'round_prefer_ceil' }),
  'Resize linear half pixel x2': resize('linear', 'half_pixel', 2),
  'Resize linear asymmetric x3': resize('linear', 'asymmetric', 3),
  'Resize linear pytorch_half_pixel x4': resize('linear', 'pytorch_half_pixel', 4),
  'Resize cubic half pixel x2': resize('cubic', 'half_pixel', 2),
  'Resize cubic a=-0.5 x3': resize('cubic', 'half_pixel', 3, { cubic_coeff_a: -0.5 }),
  'Resize cubic exclude_outside x2': resize('cubic', 'half_pixel', 2, { exclude_outside: 1 }),
  'Resize cubic asymmetric x4': resize('cubic', 'asymmetric', 4),
  'QuantizeLinear to u8 and back': {
    nodes: [op('QuantizeLinear', ['x', 'qs', 'qz'], 'q'), op('DequantizeLinear', ['q', 'qs', 'qz'], 'y')],
    initializers: [floats('qs', [], [0.0123]), codes('qz', [], Uint8Array.of(77))],
  },
  'DequantizeLinear of s8 weights and s32 bias': {
    nodes: [
      op('DequantizeLinear', ['wc', 'ws', 'wz'], 'w', { axis: 0 }),
      op('DequantizeLinear', ['bc', 'bs'], 'b', { axis: 0 }),
      op('Conv', ['x', 'w', 'b'], 'y', { auto_pad: 'SAME_UPPER' }),
    ],
    initializers: [
      codes(
        'wc',
        [2, 1, 3, 3],
        Int8Array.from({ length: 18 }, (_, i) => i * 14 - 128),
      ),
      floats('ws', [2], [0.01, 0.003]),
      codes('wz', [2], Int8Array.of(0, 0)),
      codes('bc', [2], Int32Array.of(12345, -70000)),
      floats('bs', [2], [1e-4, 3e-5]),
    ],
  },
  'Pad constant': {
    nodes: [op('Pad', ['x', 'pads', 'v'], 'y')],
    initializers: [ints('pads', [0, 0, 1, 2, 0, 0, 3, 0]), floats('v', [], [0.75])],
  },
  'Pad reflect': {
    nodes: [op('Pad', ['x', 'pads'], 'y', { mode: 'reflect' })],
    initializers: [ints('pads', [0, 0, 2, 1, 0, 0, 1, 2])],
    channels: 2,
  },
  'Pad edge': {
    nodes: [op('Pad', ['x', 'pads'], 'y', { mode: 'edge' })],
    initializers: [ints('pads', [0, 0, 2, 1, 0, 0, 1, 3])],
  },
};

async function runOnnx(model: OnnxModel, dims: readonly number[], data: Float32Array): Promise<ort.Tensor> {
  const session = await ort.InferenceSession.create(encodeOnnx(model), { intraOpNumThreads: 1 });
  try {
    const { y } = await session.run({ x: new ort.Tensor('float32', data, [...dims]) });
    if (y === undefined) throw new Error('no output');
    return y;
  } finally {
    await session.release();
  }
}

describe('every op against onnxruntime', () => {
  it('leaves no op of the table out', () => {
    const tried = new Set(Object.keys(CASES).map((name) => name.split(' ')[0]));
    const missed = Object.keys(OPS).filter((name) => !tried.has(name) && !name.startsWith('Fused'));
    expect(missed).toEqual([]);
  });

  it.each(Object.entries(CASES))('%s', async (_, { nodes, initializers = [], channels = 1, opset = 17 }) => {
    const model = net({ nodes, initializers, channels, opset });
    const graph = importOnnx(model);
    for (const [height, width] of [
      [5, 7],
      [9, 4],
    ] as const) {
      const dims = [1, channels, height, width];
      const data = randomNumbers(channels * height * width, height);
      const expected = await runOnnx(model, dims, data);
      const got = interpret(graph, { dims, data });
      expect(got.dims).toEqual(expected.dims);
      const worst = Math.max(...got.data.map((v, i) => Math.abs(v - Number(expected.data[i]))));
      const largest = Math.max(1, ...got.data.map(Math.abs));
      expect(worst / largest).toBeLessThanOrEqual(2e-6);
    }
  });
});
