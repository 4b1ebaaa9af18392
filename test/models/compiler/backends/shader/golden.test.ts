/** The zoo's programs as they were last looked at: `npx vitest run <this file> -u` renews them. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileProgram } from '../../../../../models/compiler/backends/shader/compile-program.ts';
import { glsl } from '../../../../../models/compiler/backends/shader/glsl.ts';
import { wgsl } from '../../../../../models/compiler/backends/shader/wgsl.ts';
import type { Program } from '../../../../../models/format/program.ts';
import { zooNetwork } from '../../../../helpers/gpu-networks.ts';

const folder = join(import.meta.dirname, '../../../../golden/programs');
const models = readdirSync(folder).flatMap((file) => (file.endsWith('.txt') ? [file.slice(0, -4)] : []));
const ARITHMETICS = ['int8', 'f32', 'f16'] as const;

function programOf(model: string, arithmetic: (typeof ARITHMETICS)[number], dialect: typeof wgsl): Program {
  const { network } = zooNetwork(model, arithmetic === 'int8' ? 'int8' : 'f32');
  const storage = arithmetic === 'f16' ? { storage: 'f16' as const } : {};
  return compileProgram(network, { dialect, width: 640, height: 360, ...storage });
}

function describeProgram({ arithmetic, language, dispatches, shaders, buffers }: Program): string {
  const hash = createHash('sha256').update(shaders.join('\0')).digest('hex');
  const text = shaders.reduce((sum, shader) => sum + shader.length, 0);
  const held = buffers.reduce((sum, { bytes }) => sum + bytes, 0);
  return `${arithmetic} ${language}: ${dispatches.length} dispatches, ${text} characters, ${held} bytes held, ${hash}`;
}

describe.each(models)('%s', (model) => {
  it('compiles to the programs that were looked at', async () => {
    const lines = [wgsl, glsl].flatMap((dialect) =>
      ARITHMETICS.map((arithmetic) => describeProgram(programOf(model, arithmetic, dialect))),
    );
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(folder, `${model}.txt`));
  });
});

describe('a sample to read: the second layer of tandem-x2-fast', () => {
  it.each([
    ['int8', wgsl, 'int8.wgsl'],
    ['f32', glsl, 'f32.glsl'],
    ['f16', wgsl, 'f16.wgsl'],
  ] as const)('in %s', async (arithmetic, dialect, file) => {
    const { shaders } = programOf('tandem-x2-fast', arithmetic, dialect);
    await expect(shaders[1]).toMatchFileSnapshot(join(folder, file));
  });
});
