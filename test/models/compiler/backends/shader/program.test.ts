import { describe, expect, it } from 'vitest';
import { compileProgram } from '../../../../../models/compiler/backends/shader/compile-program.ts';
import { glsl } from '../../../../../models/compiler/backends/shader/glsl.ts';
import { wgsl } from '../../../../../models/compiler/backends/shader/wgsl.ts';
import { STORAGE_SLOTS, UNIFORM_BYTES, pictureBytes } from '../../../../../models/format/program.ts';
import type { Program } from '../../../../../models/format/program.ts';
import { randomNetwork, zooNetwork } from '../../../../helpers/gpu-networks.ts';
import type { CompiledNetwork } from '../../../../helpers/gpu-networks.ts';
import { countMacs, pixelsOf } from '../../../../helpers/shader-text.ts';

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

/** What OpenGL ES 3.1 and WebGPU guarantee, whichever is less. */
function lint({ buffers, shaders, dispatches }: Program): string[] {
  const complaints: string[] = [];
  const demand = (holds: boolean, what: string): void => {
    if (!holds) complaints.push(what);
  };
  for (const { kind, bytes, data } of buffers) {
    demand(kind === 'storage' ? bytes <= 2 ** 27 : bytes <= UNIFORM_BYTES, `a ${kind} buffer of ${bytes} bytes`);
    demand(bytes > 0 && bytes % 4 === 0 && (data === undefined || data.length === bytes), `bytes ${bytes}`);
  }
  for (const shader of shaders) {
    const size = /local_size_x = (\d+), local_size_y = (\d+)|workgroup_size\((\d+), (\d+)\)/.exec(shader) ?? [];
    const [x = 0, y = 0] = size.slice(1).filter(Boolean).map(Number);
    demand(x > 0 && x <= 128 && y > 0 && y <= 128 && x * y <= 128, `a work group of ${x} x ${y}`);
    demand(!/shared|workgroup>|mediump|lowp|#extension|^enable /m.test(shader), 'what not every device has');
  }
  for (const { bindings, groups } of dispatches) {
    const storage = bindings.filter(({ kind }) => kind !== 'uniform').map(({ slot }) => slot);
    const uniform = bindings.filter(({ kind }) => kind === 'uniform').map(({ slot }) => slot);
    demand(storage.length <= STORAGE_SLOTS && storage.every((slot) => slot < 4), `storage in slots ${storage.join()}`);
    demand(uniform.length <= 12 && uniform.every((slot) => slot >= 4 && slot < 12), `uniforms in ${uniform.join()}`);
    demand(new Set([...storage, ...uniform]).size === bindings.length, 'a slot twice');
    demand(
      groups.every((count) => count >= 1 && count <= 65535),
      `work groups ${groups.join()}`,
    );
    const written = bindings.filter(({ kind }) => kind === 'write' || kind === 'read-write').map((b) => b.buffer);
    const others = bindings.filter(({ kind }) => kind === 'read').map((b) => b.buffer);
    demand(written.length > 0 && !written.some((b) => others.includes(b)), 'a buffer that is read and written apart');
  }
  return complaints;
}

function macsOf(program: Program): number {
  return program.dispatches.reduce((sum, { shader }) => {
    const text = program.shaders[shader]!;
    return sum + countMacs(text) / pixelsOf(text);
  }, 0);
}

const networks: [string, CompiledNetwork][] = (['f32', 'int8'] as const).flatMap((dataType) => [
  [`tandem-x2-fast in ${dataType}`, zooNetwork('tandem-x2-fast', dataType)],
  ...SEEDS.map((seed): [string, CompiledNetwork] => [
    `random network ${seed} in ${dataType}`,
    randomNetwork(seed, dataType, seed % 2 === 0 ? 10 : 8),
  ]),
]);

describe.each(networks)('the programs of %s', (_, compiled) => {
  const programs = programsOf(compiled);

  it('stay within what every device guarantees', () => {
    for (const program of programs) expect(lint(program)).toEqual([]);
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
