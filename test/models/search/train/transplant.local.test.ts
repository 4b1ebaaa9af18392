import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parameterLayout } from '../../../../models/search/train/net/parameters.ts';
import { PRESETS } from '../../../../models/search/train/presets.ts';
import { mergeNet } from '../../../../models/search/train/run/merge.ts';
import { decodeState } from '../../../../models/search/train/run/state-codec.ts';
import { bestParameters } from '../../../../models/search/train/run/state.ts';
import { transplantBody } from '../../../../models/search/train/transplant.ts';

const path = join(import.meta.dirname, '../../../../models/zoo/tandem-x2-fast/train-state.bin');

it('a network goes whole to the same scale', async () => {
  const trained = decodeState(await readFile(path));
  const { net } = PRESETS['tandem-x2-fast']!;
  const mask = new Float32Array(parameterLayout(net).maskSize).fill(1);
  const before = await mergeNet(trained.config.net, bestParameters(trained), trained.vectors.mask);
  const after = await mergeNet(net, await transplantBody(trained, net, 9), mask);
  for (const [i, { weights }] of before.entries()) {
    const far = weights.reduce((most, w, k) => Math.max(most, Math.abs(w - after[i]!.weights[k]!)), 0);
    expect(far).toBeLessThan(1e-5);
  }
});

it('a body goes from one scale to another, layer by layer, under a fresh last layer', async () => {
  const trained = decodeState(await readFile(path));
  const { net } = PRESETS['tandem-x3-fast']!;
  const p = await transplantBody(trained, net, 9);
  const before = await mergeNet(trained.config.net, bestParameters(trained), trained.vectors.mask);
  const after = await mergeNet(net, p, new Float32Array(parameterLayout(net).maskSize).fill(1));
  for (const [i, { weights, bias, slope }] of before.slice(0, -1).entries()) {
    const far = weights.reduce((most, w, k) => Math.max(most, Math.abs(w - after[i]!.weights[k]!)), 0);
    expect(far).toBeLessThan(1e-5);
    expect(after[i]!.bias).toEqual(bias);
    expect(after[i]!.slope).toEqual(slope);
  }
  const last = after.at(-1)!;
  expect(last.bias).toHaveLength(9);
  // It starts near the base image.
  expect(Math.max(...last.weights.map(Math.abs))).toBeLessThan(0.05);
});
