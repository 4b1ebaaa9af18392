import { whyNoVulkan } from '../../helpers/software-gpu.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileProgram } from '../../../models/compiler/backends/shader/compile-program.ts';
import type { ProgramOptions } from '../../../models/compiler/backends/shader/compile-program.ts';
import { wgsl } from '../../../models/compiler/backends/shader/wgsl.ts';
import { interpretPacked } from '../../../models/compiler/interpret-packed.ts';
import type { PackedNetwork } from '../../../models/format/packed-network.ts';
import { keepAlive, listGpus, openAdapter, parseAdapterList, whyDawnMissing } from '../../../native-bridge/gpu/dawn.ts';
import type { OpenAdapter } from '../../../native-bridge/gpu/dawn.ts';
import { ProgramRunner } from '../../../native-bridge/gpu/program-runner.ts';
import {
  STRUCTURES,
  blankOutput,
  compareSamples,
  planesOf,
  randomNetwork,
  structuredNetwork,
  zooNames,
  zooNetwork,
} from '../../helpers/gpu-networks.ts';
import type { Difference, Structure } from '../../helpers/gpu-networks.ts';
import { randomPicture } from '../../helpers/random-picture.ts';

const missing = (await whyDawnMissing()) ?? whyNoVulkan();
if (missing !== null) console.log(`Programs are not run on Dawn: ${missing}`);

describe.skipIf(missing !== null)('WGSL programs on Dawn', () => {
  let opened: OpenAdapter;
  let device: GPUDevice;
  let letGo: () => void;

  beforeAll(async () => {
    const [gpu] = await listGpus();
    expect(gpu).toMatchObject({ backend: 'vulkan', isSoftware: true });
    opened = (await openAdapter(gpu!.name, gpu!.backend))!;
    device = await opened.adapter.requestDevice();
    letGo = keepAlive(device);
  });
  afterAll(() => {
    device.destroy();
    letGo();
    opened.release();
  });

  async function runOn(network: PackedNetwork, seed: number, more: Partial<ProgramOptions> = {}): Promise<Difference> {
    const { planes, bitDepth } = network;
    const [width, height] = [19 + (seed % 7), 11 + (seed % 5)];
    const runner = await ProgramRunner.open(device, compileProgram(network, { dialect: wgsl, width, height, ...more }));
    // More pictures than are in flight, and each another one.
    const pictures = [1, 2, 3, 4, 5].map((n) =>
      randomPicture({ width, height, planes, bitDepth, seed: seed * 10 + n }),
    );
    const outputs = pictures.map(() => blankOutput(network, width, height));
    await Promise.all(pictures.map((picture, i) => runner.run(planesOf(picture), outputs[i]!)));
    runner.close();
    const all = pictures.map((picture, i) => compareSamples(outputs[i]!, interpretPacked(network, picture)));
    return {
      most: Math.max(...all.map(({ most }) => most)),
      beyondOne: Math.max(...all.map(({ beyondOne }) => beyondOne)),
    };
  }

  describe.each(zooNames('int8'))('of %s', (name) => {
    it.each([8, 10])('give it in int8 to the bit, at %i bits', async (bitDepth) => {
      expect((await runOn(zooNetwork(name, 'int8', bitDepth).network, 1)).most).toBe(0);
    });
  });

  it.each(Object.keys(STRUCTURES) as Structure[])(
    'give what is %s to the bit in int8, within one code in f32',
    async (it) => {
      expect((await runOn(structuredNetwork(it, 'int8', 8), 3)).most).toBe(0);
      expect((await runOn(structuredNetwork(it, 'f32', 10), 3)).most).toBeLessThanOrEqual(1);
    },
  );

  it('give it to the bit by the integer dot product', async () => {
    const { network } = zooNetwork('tandem-x2-fast', 'int8');
    expect((await runOn(network, 2, { useByteDot: true })).most).toBe(0);
  });

  it.each([9, 10, 11, 12, 13, 14])('give random network %i in int8 to the bit', async (seed) => {
    const { network } = randomNetwork(seed, 'int8', seed % 2 === 0 ? 10 : 8);
    expect((await runOn(network, seed, { useByteDot: seed % 3 === 0 })).most).toBe(0);
  });

  it.each(zooNames('f32'))(
    'give %s in f32 within one code, with halves between the layers within two',
    async (name) => {
      const { network } = zooNetwork(name, 'f32');
      expect((await runOn(network, 2)).most).toBeLessThanOrEqual(1);
      const halves = await runOn(network, 2, { storage: 'f16' });
      expect(halves.most).toBeLessThanOrEqual(2);
      expect(halves.beyondOne).toBeLessThanOrEqual(0.001);
    },
  );
});

describe('parseAdapterList', () => {
  it('names each GPU once, by its best back end', () => {
    const text = [
      'no suitable backends found',
      'Available adapters:',
      " * backend: 'd3d11', name: 'NVIDIA GeForce RTX 3060'",
      " * backend: 'vulkan', name: 'NVIDIA GeForce RTX 3060'",
      " * backend: 'd3d12', name: 'NVIDIA GeForce RTX 3060'",
      " * backend: 'vulkan', name: 'llvmpipe (LLVM 15.0.6, 256 bits)'",
      " * backend: 'null', name: 'Null backend'",
    ].join('\n');
    expect(parseAdapterList(text)).toEqual([
      { name: 'NVIDIA GeForce RTX 3060', backend: 'd3d12' },
      { name: 'llvmpipe (LLVM 15.0.6, 256 bits)', backend: 'vulkan' },
    ]);
  });
});
