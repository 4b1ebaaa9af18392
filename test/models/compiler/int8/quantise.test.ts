import { describe, expect, it } from 'vitest';
import { listLayers } from '../../../../models/compiler/backends/layers.ts';
import { packNetwork } from '../../../../models/compiler/backends/sparse-pack.ts';
import { quantiseModel } from '../../../../models/compiler/int8/quantise.ts';
import { interpretPacked } from '../../../../models/compiler/interpret-packed.ts';
import { fuseGraph } from '../../../../models/compiler/passes/fuse.ts';
import { decodeOnnx, encodeOnnx } from '../../../../models/format/onnx.ts';
import { importOnnx } from '../../../../models/ir/import-onnx.ts';
import { interpret } from '../../../../models/ir/interpret.ts';
import { randomNet } from '../../../helpers/random-net.ts';
import { randomPicture, toNumbers } from '../../../helpers/random-picture.ts';

const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);

describe('quantiseModel', () => {
  it.each(SEEDS)('gives integers near the rounded network of QuantizeLinear, random network %i', (seed) => {
    const model = randomNet(seed);
    const planes = importOnnx(model).input.channels;
    const samples = [1, 2, 3].map((s) =>
      toNumbers(randomPicture({ width: 12, height: 12, planes, seed: seed * 10 + s }), 8, 1),
    );
    const rounded = importOnnx(decodeOnnx(encodeOnnx(quantiseModel(model, { samples, inputMaximum: 1 }))));
    for (const bitDepth of [8, 10]) {
      const network = listLayers(fuseGraph(rounded, { inputMaximum: 1 }));
      const packed = packNetwork(network, { bitDepth, inputMaximum: 1 });
      expect(packed.dataType).toBe('int8');
      const picture = randomPicture({ width: 11, height: 9, planes, bitDepth, seed });
      const full = 2 ** bitDepth - 1;
      const got = interpretPacked(packed, picture).planes.flatMap((p) => Array.from(p));
      const clamped = Array.from(interpret(rounded, toNumbers(picture, bitDepth, 1)).data, (v) =>
        Math.min(full, Math.max(0, v * full)),
      );
      const steps = full / 255;
      const rms = Math.sqrt(got.reduce((sum, v, i) => sum + (v - clamped[i]!) ** 2, 0) / got.length) / steps;
      expect(rms).toBeLessThan(1.5);
    }
  });
});
