import { describe, expect, it } from 'vitest';
import { DEFAULT_CUT, findFastest } from '../../../../main/adapters/runtimes/webgpu/tune.ts';
import { chooseGpu } from '../../../../native-bridge/gpu/choose-gpu.ts';
import type { GpuFacts } from '../../../../native-bridge/gpu/dawn.ts';

describe('findFastest', () => {
  it('takes the best of shape, work group and dot product, each on top of the other', async () => {
    const best = await findFastest('int8', ({ shape, useByteDot }) => {
      const { pixels, workgroup } = shape;
      return Promise.resolve(10 - pixels - (workgroup[0] === 32 ? 1 : 0) + (useByteDot ? 3 : 0));
    });
    expect(best).toEqual({ shape: { pixels: 4, sums: 16, workgroup: [32, 2] }, useByteDot: false });
  });

  it('leaves what the device refuses, and tries no dot product in f32', async () => {
    const seen: boolean[] = [];
    const best = await findFastest('f32', ({ useByteDot }) => {
      seen.push(useByteDot);
      return Promise.resolve(null);
    });
    expect(best).toBe(DEFAULT_CUT);
    expect(seen).not.toContain(true);
  });
});

describe('chooseGpu', () => {
  const facts = { backend: 'vulkan', vendor: '', architecture: '', description: '' };
  const software: GpuFacts = { ...facts, name: 'llvmpipe (LLVM 15)', isSoftware: true };
  const real: GpuFacts = { ...facts, name: 'NVIDIA GeForce RTX 3060', isSoftware: false };

  it('takes the first that is no software, or the one named', () => {
    expect(chooseGpu([software, real], null)).toBe(real);
    expect(chooseGpu([software, real], 'LLVMPIPE')).toBe(software);
    expect(chooseGpu([software, real], 'geforce')).toBe(real);
  });

  it('says which there are', () => {
    expect(() => chooseGpu([], null)).toThrow('expected a GPU but found none');
    expect(() => chooseGpu([software], null)).toThrow('llvmpipe (LLVM 15) (software)');
  });
});
