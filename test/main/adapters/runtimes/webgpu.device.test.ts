import { whyNoVulkan } from '../../../helpers/software-gpu.ts';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createReferenceRuntime } from '../../../../main/adapters/runtimes/reference.ts';
import { createSparseRuntime } from '../../../../main/adapters/runtimes/sparse/runtime.ts';
import { findGpus } from '../../../../main/adapters/runtimes/webgpu/find-gpus.ts';
import { createWebgpuRuntime } from '../../../../main/adapters/runtimes/webgpu/runtime.ts';
import { GpuSession } from '../../../../main/adapters/runtimes/webgpu/session.ts';
import { createTuning } from '../../../../main/adapters/runtimes/webgpu/tuning-cache.ts';
import { loadModel } from '../../../../main/app/models.ts';
import type { Plane } from '../../../../main/core/frame.ts';
import type { RuntimeModel, RuntimeOptions, RuntimeSession } from '../../../../main/core/runtime.ts';
import { interpretPacked } from '../../../../models/compiler/interpret-packed.ts';
import { encodeOnnx } from '../../../../models/format/onnx.ts';
import { whyDawnMissing } from '../../../../native-bridge/gpu/dawn.ts';
import { GpuDevice } from '../../../../native-bridge/gpu/gpu-device.ts';
import { whyEngineMissing } from '../../../../native-bridge/cpu/engine.ts';
import { blankOutput, compareSamples, planesOf, quantisedModel, randomNetwork } from '../../../helpers/gpu-networks.ts';
import { emptyPlane, greatestDifference, randomPlane } from '../../../helpers/planes.ts';
import { randomNet } from '../../../helpers/random-net.ts';
import { randomPicture } from '../../../helpers/random-picture.ts';

const missing = (await whyDawnMissing()) ?? whyNoVulkan() ?? whyEngineMissing();
if (missing !== null) console.log(`The webgpu runtime's tests are skipped: ${missing}`);

const SOFTWARE = 'llvmpipe';
const webgpu = createWebgpuRuntime({ gpu: SOFTWARE });

const fast = await loadModel('tandem-x2-fast');

const open = new Set<RuntimeSession>();
afterEach(async () => {
  for (const session of open) await session.close();
  open.clear();
});

async function upscale(
  runtime: ReturnType<typeof createWebgpuRuntime>,
  model: RuntimeModel,
  input: Plane,
  options: RuntimeOptions = {},
): Promise<Plane> {
  const bitDepth = input.data instanceof Uint16Array ? 10 : 8;
  const { width, height } = input;
  const { scale } = model;
  const session = await runtime.open(model, { width, height, bitDepth, scale }, options);
  open.add(session);
  const output = emptyPlane({ width: width * scale, height: height * scale, bitDepth, gap: 5, shared: true });
  await session.run([input], [output]);
  return output;
}

function plane(width: number, height: number, bitDepth: number, seed: number): Plane {
  return randomPlane({ width, height, bitDepth, gap: 3, shared: true }, seed);
}

describe.skipIf(missing !== null)('the webgpu runtime', () => {
  it('gives what the engine gives in int8, every sample, at 8 and 10 bits', async () => {
    for (const [seed, bitDepth] of [8, 10, 8].entries()) {
      const input = plane(seed === 2 ? 1 : 61 - seed, seed === 2 ? 1 : 33 + seed, bitDepth, seed);
      const expected = await upscale(createSparseRuntime(), fast, input, { arithmetic: 'int8' });
      const got = await upscale(webgpu, fast, input, { arithmetic: 'int8' });
      expect(greatestDifference(got, expected)).toBe(0);
    }
  });

  it('gives the same in tiles as whole', async () => {
    const input = plane(90, 50, 8, 4);
    const whole = await upscale(createSparseRuntime(), fast, input, { arithmetic: 'int8' });
    const tiled = await upscale(webgpu, fast, input, { arithmetic: 'int8', maxTileSamples: 1500 });
    expect(greatestDifference(tiled, whole)).toBe(0);
  });

  it('stays within one code of the reference in f32, within two with halves between the layers', async () => {
    const input = plane(40, 30, 8, 5);
    const expected = await upscale(createReferenceRuntime(), fast, input);
    expect(greatestDifference(await upscale(webgpu, fast, input, { arithmetic: 'f32' }), expected)).toBeLessThan(2);
    const halves = await upscale(webgpu, fast, input, { arithmetic: 'f16' });
    expect(greatestDifference(halves, expected)).toBeLessThan(3);
  });

  it('never takes a GPU that is software unless it is named', async () => {
    const { gpus } = await findGpus();
    expect(gpus.every(({ isSoftware }) => isSoftware)).toBe(true);
    const unnamed = createWebgpuRuntime();
    const probe = await unnamed.probe();
    expect(probe).toMatchObject({ ok: false, reason: 'no-device' });
    const opening = unnamed.open(fast, { width: 8, height: 8, bitDepth: 8, scale: 2 });
    await expect(opening).rejects.toMatchObject({ code: 'runtime-unavailable' });
    await expect(opening).rejects.toThrow(/expected a GPU but found llvmpipe.*\(software\); .* only by its name/);
    const none = createWebgpuRuntime({ gpu: 'voodoo' }).open(fast, { width: 8, height: 8, bitDepth: 8, scale: 2 });
    await expect(none).rejects.toThrow(/whose name holds 'voodoo' but found llvmpipe/);
    expect(await webgpu.probe()).toMatchObject({ ok: true });
  });

  it('refuses int8 of a model that has none', async () => {
    const model = { ...fast, onnxInt8: undefined };
    const opening = webgpu.open(model, { width: 8, height: 8, bitDepth: 8, scale: 2 }, { arithmetic: 'int8' });
    await expect(opening).rejects.toMatchObject({ code: 'model-unsupported' });
  });

  it('opens a lost device again and gives every picture once', async () => {
    const [facts] = (await findGpus()).gpus;
    const gpu = await GpuDevice.open(facts!);
    const { network } = randomNetwork(13, 'int8');
    const model = { ...fast, colour: 'y' as const };
    const [width, height] = [24, 16];
    const geometry = { width, height, bitDepth: 8, scale: network.scale };
    const job = { network, model, geometry, storage: 'f32' as const, tuning: undefined, maxTileSamples: undefined };
    const session = await GpuSession.open(gpu, job);
    const pictures = [1, 2, 3, 4, 5, 6].map((seed) => randomPicture({ width, height, planes: network.planes, seed }));
    const outputs = pictures.map(() => blankOutput(network, width, height));
    const runs = pictures.map((picture, i) => session.run(planesOf(picture), outputs[i]!));
    gpu.device.destroy();
    await Promise.all(runs);
    pictures.forEach((picture, i) => {
      expect(compareSamples(outputs[i]!, interpretPacked(network, picture)).most).toBe(0);
    });
    await session.close();
  });

  it('measures how to cut a program once, and keeps it by device and driver', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tuning-'));
    const runtime = createWebgpuRuntime({ gpu: SOFTWARE, tuning: createTuning({ folder, includeSoftware: true }) });
    const onnx = encodeOnnx(randomNet(13, { colour: 'y', scale: 2 }));
    const model = { ...fast, onnx, onnxInt8: quantisedModel(onnx), receptiveField: 99, sparsity: undefined };
    const input = plane(16, 12, 8, 6);
    const expected = await upscale(createSparseRuntime(), model, input, { arithmetic: 'int8' });
    for (let round = 0; round < 2; round += 1) {
      const got = await upscale(runtime, model, input, { arithmetic: 'int8' });
      expect(greatestDifference(got, expected)).toBe(0);
      expect(readdirSync(folder)).toHaveLength(1);
    }
    rmSync(folder, { recursive: true });
  });
});
