import '../../../../helpers/software-gpu.ts';
import { describe, expect, it } from 'vitest';
import { compileProgram } from '../../../../../models/compiler/backends/shader/compile-program.ts';
import type { ProgramOptions } from '../../../../../models/compiler/backends/shader/compile-program.ts';
import { glsl } from '../../../../../models/compiler/backends/shader/glsl.ts';
import { interpretPacked } from '../../../../../models/compiler/interpret-packed.ts';
import type { PackedNetwork } from '../../../../../models/format/packed-network.ts';
import { runOnGles, whyNoGles } from '../../../../helpers/gles/run-on-gles.ts';
import {
  STRUCTURES,
  blankOutput,
  compareSamples,
  planesOf,
  randomNetwork,
  structuredNetwork,
  zooNames,
  zooNetwork,
} from '../../../../helpers/gpu-networks.ts';
import type { Difference, Structure } from '../../../../helpers/gpu-networks.ts';
import { randomPicture } from '../../../../helpers/random-picture.ts';

const missing = whyNoGles();
if (missing !== null) console.log(`Programs are not run on OpenGL ES: ${missing}`);

/** Odd sizes: rows and columns of work groups are cut on every side. */
function runOn(network: PackedNetwork, seed: number, more: Partial<ProgramOptions> = {}): Difference {
  const { planes, bitDepth } = network;
  const [width, height] = [19 + (seed % 7), 11 + (seed % 5)];
  const picture = randomPicture({ width, height, planes, bitDepth, seed });
  const output = blankOutput(network, width, height);
  runOnGles(compileProgram(network, { dialect: glsl, width, height, ...more }), planesOf(picture), output);
  return compareSamples(output, interpretPacked(network, picture));
}

const bitDepths = [8, 10] as const;
const seeds = Array.from({ length: 8 }, (_, i) => i + 1);

describe.skipIf(missing !== null)('GLSL programs', () => {
  describe.each(zooNames('int8'))('of %s', (name) => {
    it.each(bitDepths)('give it in int8 to the bit, at %i bits', (bitDepth) => {
      expect(runOn(zooNetwork(name, 'int8', bitDepth).network, 1).most).toBe(0);
    });
  });

  describe.each(Object.keys(STRUCTURES) as Structure[])('of what is %s', (structure) => {
    it.each(bitDepths)('give it to the bit in int8 and within one code in f32, at %i bits', (bitDepth) => {
      expect(runOn(structuredNetwork(structure, 'int8', bitDepth), 3).most).toBe(0);
      expect(runOn(structuredNetwork(structure, 'f32', bitDepth), 3).most).toBeLessThanOrEqual(1);
    });
  });

  it.each(seeds)('give random network %i in int8 to the bit', (seed) => {
    expect(runOn(randomNetwork(seed, 'int8', seed % 2 === 0 ? 10 : 8).network, seed).most).toBe(0);
  });

  it.each(zooNames('f32'))('give %s in f32 within one code, with halves between the layers within two', (name) => {
    const { network } = zooNetwork(name, 'f32');
    expect(runOn(network, 2).most).toBeLessThanOrEqual(1);
    const halves = runOn(network, 2, { storage: 'f16' });
    expect(halves.most).toBeLessThanOrEqual(2);
    expect(halves.beyondOne).toBeLessThanOrEqual(0.001);
  });

  it.each(seeds)('give random network %i in f32 within one code', (seed) => {
    expect(runOn(randomNetwork(seed, 'f32', seed % 2 === 0 ? 8 : 10).network, seed).most).toBeLessThanOrEqual(1);
  });
});
