import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { NetConfig } from '../../../../models/search/train/net/config.ts';
import { buildInference } from '../../../../models/search/train/net/inference-graph.ts';
import { parameterLayout } from '../../../../models/search/train/net/parameters.ts';
import { PRESETS } from '../../../../models/search/train/presets.ts';
import { uniform } from '../../../../models/search/train/random.ts';
import { mergeNet } from '../../../../models/search/train/run/merge.ts';
import { GraphSession } from '../../../../models/search/train/run/session.ts';
import { decodeState } from '../../../../models/search/train/run/state-codec.ts';
import { bestParameters } from '../../../../models/search/train/run/state.ts';
import { transplantBody } from '../../../../models/search/train/transplant.ts';

/** What the network makes of a square picture. */
async function upscale(
  net: NetConfig,
  p: Float32Array,
  mask: Float32Array,
  x: readonly number[],
): Promise<Float32Array> {
  const side = Math.sqrt(x.length);
  const session = await GraphSession.open(buildInference(net, await mergeNet(net, p, mask)));
  const outputs = await session.run({ x: { dims: [1, 1, side, side], data: Float32Array.from(x) } });
  await session.close();
  return Object.values(outputs)[0]!.data;
}

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

it('a wider network begins as the narrower one that it is made from', async () => {
  const trained = decodeState(await readFile(path));
  const net = { ...PRESETS['tandem-x2-fast']!.net, channels: 20 };
  const p = await transplantBody(trained, net, 9);
  const whole = new Float32Array(parameterLayout(net).maskSize).fill(1);
  const x = Array.from({ length: 12 * 12 }, (_, i) => uniform(1, i));
  const before = await upscale(trained.config.net, bestParameters(trained), trained.vectors.mask, x);
  const after = await upscale(net, p, whole, x);
  const far = before.reduce((most, value, i) => Math.max(most, Math.abs(value - after[i]!)), 0);
  expect(far).toBeLessThan(1e-5);
  // What was added is ready to be learnt: it sees its inputs.
  const [, second] = await mergeNet(net, p, whole);
  expect(second!.weights.subarray(16 * 20 * 9).filter((w) => w === 0)).toHaveLength(0);
});

it('a network goes to no narrower one', async () => {
  const trained = decodeState(await readFile(path));
  const net = { ...PRESETS['tandem-x2-fast']!.net, channels: 12 };
  await expect(transplantBody(trained, net, 9)).rejects.toThrow(
    /^expected a body of layers 1-12 3x3, .*, or narrower, but got 1-16 3x3, /,
  );
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
