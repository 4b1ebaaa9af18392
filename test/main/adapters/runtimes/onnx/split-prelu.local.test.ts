import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { splitPRelus } from '../../../../../main/adapters/runtimes/onnx/split-prelu.ts';
import { decodeOnnx, encodeOnnx } from '../../../../../models/format/onnx.ts';
import type { OnnxModel } from '../../../../../models/format/onnx.ts';

/** A PRelu between two convolutions, on `slopes.length` channels. */
function makeNet(slopes: readonly number[], slopeDims = [slopes.length, 1, 1]): OnnxModel {
  const channels = slopes.length;
  const wave = (length: number, step: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => Math.sin(step * (i + 1)));
  const conv = (name: string, input: string) => ({
    ...{ opType: 'Conv', domain: '', name, inputs: [input, `${name}.w`], outputs: [name] },
    attributes: { pads: { type: 'ints', value: [1, 1, 1, 1] } } as const,
  });
  const floats = (name: string, dims: readonly number[], data: Float32Array) =>
    ({ name, dims, dataType: 'float', data }) as const;
  return {
    ...{ irVersion: 8, opsetImports: [{ domain: '', version: 17 }], producer: 'test', metadata: {} },
    graph: {
      name: 'net',
      nodes: [
        conv('a', 'x'),
        { opType: 'PRelu', domain: '', name: 'p', inputs: ['a', 's'], outputs: ['p'], attributes: {} },
        conv('b', 'p'),
      ],
      inputs: [{ name: 'x', dataType: 'float', dims: [1, 1, null, null] }],
      outputs: [{ name: 'b', dataType: 'float', dims: null }],
      initializers: [
        floats('a.w', [channels, 1, 3, 3], wave(9 * channels, 1.7)),
        floats('b.w', [1, channels, 3, 3], wave(9 * channels, 2.3)),
        floats('s', slopeDims, Float32Array.from(slopes)),
      ],
      valueInfos: [],
    },
  };
}

async function run(onnx: Uint8Array): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(onnx, { graphOptimizationLevel: 'all', logSeverityLevel: 3 });
  const samples = Float32Array.from({ length: 20 * 30 }, (_, i) => Math.cos(0.37 * i));
  const results = await session.run({ x: new ort.Tensor('float32', samples, [1, 1, 20, 30]) });
  return results.b!.data as Float32Array;
}

describe('splitting PRelu for onnxruntime', () => {
  const cases: Record<string, number[]> = {
    'slopes up to 1': Array.from({ length: 16 }, (_, i) => i / 15 - 0.3),
    'slopes above 1': [0.2, 1.5, -0.7, 3],
    'one channel': [0.25],
  };
  for (const [name, slopes] of Object.entries(cases)) {
    it(`computes the same: ${name}`, async () => {
      const before = encodeOnnx(makeNet(slopes));
      const after = splitPRelus(before);
      expect(decodeOnnx(after).graph.nodes.some(({ opType }) => opType === 'PRelu')).toBe(false);
      const [want, got] = [await run(before), await run(after)];
      const largest = want.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      want.forEach((value, i) => expect(Math.abs(got[i]! - value)).toBeLessThan(1e-5 * largest));
    });
  }

  it('leaves alone what it does not know', () => {
    const shared = encodeOnnx(makeNet([0.25], [1]));
    expect(splitPRelus(shared)).toBe(shared);
    const noModel = new TextEncoder().encode('no model');
    expect(splitPRelus(noModel)).toBe(noModel);
  });
});
