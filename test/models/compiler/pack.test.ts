import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../main/core/errors.ts';
import { listLayers } from '../../../models/compiler/backends/layers.ts';
import { packNetwork } from '../../../models/compiler/backends/sparse-pack.ts';
import { interpretPacked } from '../../../models/compiler/interpret-packed.ts';
import { fuseGraph } from '../../../models/compiler/passes/fuse.ts';
import type { OnnxModel } from '../../../models/format/onnx.ts';
import type { PackedNetwork } from '../../../models/format/packed-network.ts';
import { importOnnx } from '../../../models/ir/import-onnx.ts';
import { interpret } from '../../../models/ir/interpret.ts';
import { floats, net, op } from '../../helpers/onnx-net.ts';
import { randomNet } from '../../helpers/random-net.ts';
import { chooseTaps } from '../../../models/compiler/backends/choose-taps.ts';
import type { DepthCosts, TapCosts } from '../../../models/compiler/backends/cost-table.ts';
import { randomPicture, toNumbers } from '../../helpers/random-picture.ts';

const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);

function pack(model: OnnxModel, bitDepth = 8): PackedNetwork {
  const layers = listLayers(fuseGraph(importOnnx(model), { inputMaximum: 1 }));
  return packNetwork(layers, { bitDepth, inputMaximum: 1 });
}

function refusal(model: OnnxModel): string {
  try {
    pack(model);
    return 'accepted';
  } catch (error) {
    return isAppError(error) ? `${error.code}: ${error.message}` : String(error);
  }
}

describe('packNetwork', () => {
  it.each(SEEDS)('gives random network %i to a code value, at 8 and 10 bits', (seed) => {
    const model = randomNet(seed);
    const graph = importOnnx(model);
    for (const bitDepth of [8, 10]) {
      const packed = pack(model, bitDepth);
      const picture = randomPicture({ width: 7, height: 5, planes: graph.input.channels, bitDepth, seed });
      const exact = interpret(graph, toNumbers(picture, bitDepth, 1));
      const got = interpretPacked(packed, picture);
      const full = 2 ** bitDepth - 1;
      const samples = got.planes.flatMap((p) => Array.from(p));
      const wrong = samples.filter((v, i) => Math.abs(v - Math.min(full, Math.max(0, exact.data[i]! * full))) > 0.502);
      expect(samples.length).toBe(exact.data.length);
      expect(wrong).toEqual([]);
    }
  });

  it('lists only what is kept, in groups of eight where they are alike and of four where they are not', () => {
    const weights = Float32Array.from({ length: 16 * 8 * 9 }, (_, i) => {
      const [o, c, tap] = [Math.floor(i / 72), Math.floor(i / 9) % 8, i % 9];
      if (o < 8) return tap === 4 && c < 4 ? 0.1 : 0;
      return tap === (o < 12 ? 0 : 8) ? 0.1 : 0;
    });
    const nodes = [
      op('Conv', ['x', 'a'], 'm', { pads: [1, 1, 1, 1] }),
      op('Conv', ['m', 'w'], 'n', { pads: [1, 1, 1, 1] }),
      op('Conv', ['n', 'l'], 'y', { pads: [1, 1, 1, 1] }),
    ];
    const ones = (count: number): Float32Array => new Float32Array(count).fill(0.1);
    const initializers = [
      floats('a', [8, 1, 3, 3], ones(72)),
      floats('w', [16, 8, 3, 3], weights),
      floats('l', [1, 16, 3, 3], ones(144)),
    ];
    const { layers } = pack(net({ nodes, initializers }));
    const groups = layers[1]?.groups.map(({ size, taps }) => ({ size, taps: taps.length }));
    expect(groups).toEqual([
      { size: 8, taps: 1 },
      { size: 4, taps: 2 },
      { size: 4, taps: 2 },
    ]);
  });

  it('takes the form that costs least by the table it is given', () => {
    // Output channels of the upper half keep one tap more; of each four inputs two are kept.
    const isZero = (i: number): boolean => {
      const [o, c, tap] = [Math.floor(i / 72), Math.floor(i / 9) % 8, i % 9];
      return c % 4 > 1 || !(tap < 5 || (tap === 5 && o >= 4));
    };
    const source = { outChannels: 8, inChannels: 8, kernel: 3, isZero };
    const form = (costs: TapCosts): string[] => chooseTaps(source, costs).map((g) => `${g.size}x${g.tapDepth}`);
    const costs = (eight: DepthCosts, four: DepthCosts): TapCosts => ({
      perMac: { 8: eight, 4: four },
      perChannel: { 8: 1, 4: 1 },
    });
    expect(form(costs({ 4: 1, 1: 3 }, { 4: 2, 1: 6 }))).toEqual(['8x4']);
    expect(form(costs({ 4: 1, 1: 1 }, { 4: 2, 1: 6 }))).toEqual(['8x1']);
    expect(form(costs({ 4: 3, 1: 9 }, { 4: 1, 1: 3 }))).toEqual(['4x4', '4x4']);
    // The least of both: the half with fewer taps pays for the other's group.
    expect(form(costs({ 4: 1, 1: 3 }, { 4: 1, 1: 3 }))).toEqual(['4x4', '4x4']);
  });

  it('names the op that it cannot take', () => {
    const tanh = net({
      nodes: [op('Conv', ['x', 'w'], 'c'), op('Tanh', ['c'], 'y')],
      initializers: [floats('w', [1, 1, 1, 1], [1])],
    });
    expect(refusal(tanh)).toMatch(/^model-unsupported: .*'Tanh'/);
    const linear = net({
      nodes: [op('Resize', ['x', '', 's'], 'r', { mode: 'linear' }), op('Conv', ['r', 'w'], 'y')],
      initializers: [floats('s', [4], [1, 1, 2, 2]), floats('w', [1, 1, 1, 1], [1])],
    });
    expect(refusal(linear)).toMatch(/^model-unsupported: .*'Resize'/);
  });
});
