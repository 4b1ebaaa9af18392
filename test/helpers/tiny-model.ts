import { writeFileSync } from 'node:fs';
import { encodeOnnx } from '../../models/format/onnx.ts';
import type { OnnxModel } from '../../models/format/onnx.ts';

/** Numbers in -1..1, the same ones every time. */
function makeNoise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/**
 * A super-resolution network of one layer: repeats each sample and adds some `detail` of its neighbours. Channel 0 of
 * one picture, or R, G, B; any size; values 0 to 1.
 */
export function makeTinyModel(scale: number, colour: 'y' | 'rgb' = 'y', detail = 0.05): OnnxModel {
  const channels = colour === 'y' ? 1 : 3;
  const outputs = channels * scale * scale;
  const noise = makeNoise(7);
  const weights = new Float32Array(outputs * channels * 9);
  for (let o = 0; o < outputs; o++) {
    const own = Math.floor(o / (scale * scale));
    const kernel = weights.subarray((o * channels + own) * 9, (o * channels + own + 1) * 9);
    for (let t = 0; t < 9; t++) kernel[t] = detail * noise();
    kernel[4]! += 1 - kernel.reduce((sum, weight) => sum + weight, 0);
  }
  return {
    irVersion: 8,
    opsetImports: [{ domain: '', version: 17 }],
    producer: 'tandem-test',
    metadata: {},
    graph: {
      name: 'tiny',
      nodes: [
        {
          ...{ opType: 'Conv', domain: '', name: 'conv', inputs: ['x', 'w'], outputs: ['c'] },
          attributes: {
            kernel_shape: { type: 'ints', value: [3, 3] },
            pads: { type: 'ints', value: [1, 1, 1, 1] },
          },
        },
        {
          ...{ opType: 'DepthToSpace', domain: '', name: 'shuffle', inputs: ['c'], outputs: ['y'] },
          attributes: { blocksize: { type: 'int', value: scale }, mode: { type: 'string', value: 'CRD' } },
        },
      ],
      inputs: [{ name: 'x', dataType: 'float', dims: [1, channels, 'h', 'w'] }],
      outputs: [{ name: 'y', dataType: 'float', dims: [1, channels, null, null] }],
      initializers: [{ name: 'w', dims: [outputs, channels, 3, 3], dataType: 'float', data: weights }],
      valueInfos: [],
    },
  };
}

/** @returns the path, for `--model` */
export function writeTinyModel(path: string, scale: number, colour: 'y' | 'rgb' = 'y'): string {
  writeFileSync(path, encodeOnnx(makeTinyModel(scale, colour)));
  return path;
}
