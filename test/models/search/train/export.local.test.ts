import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseManifest } from '../../../../models/format/manifest.ts';
import { decodeOnnx } from '../../../../models/format/onnx.ts';
import { exportModel } from '../../../../models/search/train/export.ts';
import { initialParameters } from '../../../../models/search/train/net/parameters.ts';
import { PRESETS } from '../../../../models/search/train/presets.ts';
import { gaussian, uniform } from '../../../../models/search/train/random.ts';
import { decodeState } from '../../../../models/search/train/run/state-codec.ts';
import { createState } from '../../../../models/search/train/run/state.ts';
import { referenceLoss } from './reference-loss.ts';

const config = PRESETS['tandem-x2-fast']!;
const state = createState(config, 1000);
state.vectors.average.set(initialParameters(config.net, 5).map((v, i) => v + 0.03 * gaussian(6, i)));
const options = { name: 'test-model', sets: ['bsds500'], device: 'a test', date: new Date('2026-01-31') };

describe('an exported model', () => {
  let to = '';
  beforeAll(async () => {
    to = await mkdtemp(join(tmpdir(), 'tandem-export-'));
    await exportModel(state, { ...options, to });
  });
  afterAll(() => rm(to, { recursive: true }));

  it('computes what the branches compute, at another size than the patches', async () => {
    const side = 9;
    const x = Float32Array.from({ length: side * side }, (_, i) => uniform(1, i));
    const session = await ort.InferenceSession.create(join(to, 'model.onnx'));
    const { y } = await session.run({ x: new ort.Tensor('float32', x, [1, 1, side, side]) });
    expect(y!.dims).toEqual([1, 1, 2 * side, 2 * side]);
    // The reference's squared error against this very output, in its order before the pixel shuffle, must vanish.
    const out = y!.data as Float32Array;
    const target = Float32Array.from({ length: 4 * side * side }, (_, i) => {
      const [channel, at] = [Math.floor(i / side ** 2), i % side ** 2];
      const [row, column] = [2 * Math.floor(at / side) + (channel >> 1), 2 * (at % side) + (channel & 1)];
      return out[row * 2 * side + column]!;
    });
    const problem = { batch: 1, patch: side, loss: 'l1', x, target, mask: state.vectors.mask } as const;
    expect(referenceLoss(config.net, state.vectors.average, problem)).toBeLessThan(1e-5);
  });

  it('is made of standard operators with named weights', async () => {
    const { graph, opsetImports } = decodeOnnx(await readFile(join(to, 'model.onnx')));
    expect(opsetImports).toEqual([{ domain: '', version: 17 }]);
    expect(new Set(graph.nodes.map((n) => n.opType))).toEqual(new Set(['Conv', 'PRelu', 'Add', 'DepthToSpace']));
    expect(graph.initializers.map((i) => i.name)).toContain('conv5.weight');
    expect(graph.inputs[0]!.dims).toEqual(['N', 1, 'H', 'W']);
  });

  it('comes with a manifest that tells its files, size and training', async () => {
    const manifest = parseManifest(await readFile(join(to, 'manifest.json'), 'utf8'));
    const bytes = await readFile(join(to, 'model.onnx'));
    expect(manifest.files.model.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(manifest).toMatchObject({ scale: 2, receptiveField: 13, parameters: 10_100, measured: [] });
    expect(manifest.macs.dense720p).toBe(9936 * 230_400);
    expect(manifest.training?.sets).toEqual([
      { name: 'bsds500', weight: 0.06, terms: 'Berkeley: non-commercial research and education' },
    ]);
    expect((await readdir(to)).sort()).toEqual(['manifest.json', 'model.onnx', 'train-state.bin']);
  });

  it('can be trained on from the state beside it', async () => {
    const back = decodeState(await readFile(join(to, 'train-state.bin')));
    const { p, average, mask } = back.vectors;
    expect(p).toEqual(average);
    expect(mask).toEqual(state.vectors.mask);
    // Its numbers are shortened.
    const isNear = (value: number, i: number) => Math.abs(value - average[i]!) <= Math.abs(value) * 2 ** -16;
    expect(state.vectors.average.every(isNear)).toBe(true);
    expect(back.config).toEqual(config);
  });

  it('keeps what a person measured or wrote, as long as the weights are the same', async () => {
    const path = join(to, 'manifest.json');
    const measured = [
      { protocol: 'model', set: 'Set5', images: 5, runtime: 'onnx', dataType: 'f32', psnrY: 37, ssimY: 0.95 },
    ];
    const manifest = { ...(JSON.parse(await readFile(path, 'utf8')) as object), measured, description: 'words' };
    await writeFile(path, JSON.stringify(manifest));
    expect(await exportModel(state, { ...options, to })).toMatchObject({ measured, description: 'words' });
    const other = createState(config, 1000);
    expect(await exportModel(other, { ...options, to })).toMatchObject({ measured: [], description: 'words' });
  });
});
