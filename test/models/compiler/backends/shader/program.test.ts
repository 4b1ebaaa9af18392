import { describe, expect, it } from 'vitest';
import { compileProgram } from '../../../../../models/compiler/backends/shader/compile-program.ts';
import { glsl } from '../../../../../models/compiler/backends/shader/glsl.ts';
import { wgsl } from '../../../../../models/compiler/backends/shader/wgsl.ts';
import { pictureBytes } from '../../../../../models/format/program.ts';
import type { Program } from '../../../../../models/format/program.ts';
import { randomNetwork, zooNames, zooNetwork } from '../../../../helpers/gpu-networks.ts';
import type { CompiledNetwork } from '../../../../helpers/gpu-networks.ts';
import { countMacs, lintProgram, pixelsOf } from '../../../../helpers/shader-text.ts';

const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);
const SIZE = { width: 13, height: 9 };

function programsOf({ network }: CompiledNetwork): Program[] {
  const options = network.dataType === 'int8' ? [{}, { useByteDot: true }] : [{}, { storage: 'f16' as const }];
  return [wgsl, glsl].flatMap((dialect) =>
    options.flatMap((more) =>
      ([1, 2, 4] as const).map((pixels) =>
        compileProgram(network, { dialect, ...SIZE, ...more, shape: { pixels, sums: 8, workgroup: [8, 8] } }),
      ),
    ),
  );
}

function macsOf(program: Program): number {
  return program.dispatches.reduce((sum, { shader }) => {
    const text = program.shaders[shader]!;
    return sum + countMacs(text) / pixelsOf(text);
  }, 0);
}

const networks: [string, CompiledNetwork][] = (['f32', 'int8'] as const).flatMap((dataType) => [
  ...zooNames(dataType).map((name): [string, CompiledNetwork] => [
    `${name} in ${dataType}`,
    zooNetwork(name, dataType),
  ]),
  ...SEEDS.map((seed): [string, CompiledNetwork] => [
    `random network ${seed} in ${dataType}`,
    randomNetwork(seed, dataType, seed % 2 === 0 ? 10 : 8),
  ]),
]);

describe.each(networks)('the programs of %s', (_, compiled) => {
  const programs = programsOf(compiled);

  it('stay within what every device guarantees', () => {
    for (const program of programs) expect(lintProgram(program)).toEqual([]);
  });

  it('compute no more than the engine does', () => {
    for (const program of programs) {
      const ratio = macsOf(program) / compiled.keptMacs;
      expect(ratio).toBeGreaterThan(0.1);
      expect(ratio).toBeLessThanOrEqual(1.1);
    }
  });

  it('are the same each time, and other ones have another key', () => {
    const keys = programs.map(({ cacheKey }) => cacheKey);
    expect(programsOf(compiled).map(({ cacheKey }) => cacheKey)).toEqual(keys);
    for (const program of programs) {
      const { width, height } = SIZE;
      expect(pictureBytes(program.source)).toBeGreaterThanOrEqual(width * height * program.source.planes);
      expect(program.target.width).toBe(width * program.scale);
    }
  });
});
