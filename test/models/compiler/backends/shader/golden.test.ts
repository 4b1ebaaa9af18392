/**
 * The programs of the zoo's models and of what models are made of, as they were last looked at:
 * `npx vitest run <this file> -u` renews them.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileProgram } from '../../../../../models/compiler/backends/shader/compile-program.ts';
import { glsl } from '../../../../../models/compiler/backends/shader/glsl.ts';
import { wgsl } from '../../../../../models/compiler/backends/shader/wgsl.ts';
import type { PackedNetwork } from '../../../../../models/format/packed-network.ts';
import type { Program } from '../../../../../models/format/program.ts';
import { STRUCTURES, structuredNetwork, zooNames, zooNetwork } from '../../../../helpers/gpu-networks.ts';
import type { Structure } from '../../../../helpers/gpu-networks.ts';
import { lintProgram } from '../../../../helpers/shader-text.ts';

const folder = join(import.meta.dirname, '../../../../golden/programs');
const RENEW = 'expected its programs to have been looked at: npx vitest run test/models/compiler/backends/shader -u';

type Arithmetic = Program['arithmetic'];
type OpenNetwork = (dataType: 'f32' | 'int8') => PackedNetwork;

function compile(open: OpenNetwork, arithmetic: Arithmetic, dialect: typeof wgsl): Program {
  const network = open(arithmetic === 'int8' ? 'int8' : 'f32');
  const storage = arithmetic === 'f16' ? { storage: 'f16' as const } : {};
  return compileProgram(network, { dialect, width: 640, height: 360, ...storage });
}

/** Each arithmetic in both languages, linted on the way. */
function describePrograms(open: OpenNetwork, arithmetics: readonly Arithmetic[]): string {
  const lines = [wgsl, glsl].flatMap((dialect) =>
    arithmetics.map((arithmetic) => {
      const program = compile(open, arithmetic, dialect);
      expect(lintProgram(program)).toEqual([]);
      return describeProgram(program);
    }),
  );
  return `${lines.join('\n')}\n`;
}

function describeProgram({ arithmetic, language, dispatches, shaders, buffers }: Program): string {
  const hash = createHash('sha256').update(shaders.join('\0')).digest('hex');
  const text = shaders.reduce((sum, shader) => sum + shader.length, 0);
  const held = buffers.reduce((sum, { bytes }) => sum + bytes, 0);
  return `${arithmetic} ${language}: ${dispatches.length} dispatches, ${text} characters, ${held} bytes held, ${hash}`;
}

async function expectGolden(text: string | undefined, file: string): Promise<void> {
  const path = join(folder, file);
  // Vitest writes what is missing and is content; a new model's programs are to be looked at first.
  const isKnown = existsSync(path);
  await expect(text).toMatchFileSnapshot(path);
  expect(isKnown, RENEW).toBe(true);
}

describe.each(zooNames('f32'))('%s', (model) => {
  it('compiles to the programs that were looked at', async () => {
    const arithmetics = zooNames('int8').includes(model)
      ? (['int8', 'f32', 'f16'] as const)
      : (['f32', 'f16'] as const);
    const text = describePrograms((dataType) => zooNetwork(model, dataType).network, arithmetics);
    await expectGolden(text, `${model}.txt`);
  });
});

const structures = Object.keys(STRUCTURES) as Structure[];

describe.each(structures)('what is %s', (structure) => {
  it.each([8, 10])('compiles to the programs that were looked at, at %i bits', async (bitDepth) => {
    const open: OpenNetwork = (dataType) => structuredNetwork(structure, dataType, bitDepth);
    await expectGolden(describePrograms(open, ['int8', 'f32', 'f16']), `${structure}-${bitDepth}-bit.txt`);
  });
});

describe('samples to read', () => {
  it.each([
    ['int8', wgsl, 'int8.wgsl'],
    ['f32', glsl, 'f32.glsl'],
    ['f16', wgsl, 'f16.wgsl'],
  ] as const)('the second layer of tandem-x2-fast in %s', async (arithmetic, dialect, file) => {
    const { shaders } = compile((dataType) => zooNetwork('tandem-x2-fast', dataType).network, arithmetic, dialect);
    await expectGolden(shaders[1], file);
  });

  it.each([
    ['block-sparse', 'int8', glsl, 'block-sparse.int8.glsl'],
    ['residual', 'f32', wgsl, 'residual.f32.wgsl'],
  ] as const)('the last hidden layer of what is %s in %s', async (structure, arithmetic, dialect, file) => {
    const { shaders } = compile((dataType) => structuredNetwork(structure, dataType, 8), arithmetic, dialect);
    await expectGolden(shaders.at(-2), file);
  });
});
