import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareOnImages } from '../../../../main/app/compare.ts';
import { listZoo } from '../../../../main/app/models.ts';
import { sharedData } from '../../../helpers/shared-data.ts';

const data = sharedData();
const zoo = await listZoo();
const measured = zoo.filter(({ manifest }) => manifest.measured.length > 0);

describe.skipIf(data === null || measured.length === 0)('the zoo', () => {
  it.each(measured.map(({ manifest }) => manifest))('measures what its manifest says: $name', async (manifest) => {
    const references = [join(data!, 'bench')];
    const { scale, name } = manifest;
    const rows = await compareOnImages({ references, scale, models: [name], protocol: 'model' });
    const figures = manifest.measured.filter((m) => m.protocol === 'model');
    const types = manifest.files.int8 === undefined ? ['f32'] : ['f32', 'int8'];
    const wanted = types.flatMap((type) => ['Set14', 'Set5'].map((set) => `sparse ${type} ${set}`));
    expect(figures.map((m) => `${m.runtime} ${m.dataType} ${m.set}`).sort()).toEqual(wanted);
    for (const { set, dataType, psnrY, ssimY } of figures) {
      const isRow = (r: (typeof rows)[number]): boolean => r.set === set && r.model === name && r.dataType === dataType;
      const row = rows.find(isRow)!;
      // int8 is the same to the bit wherever the engine runs; onnxruntime rounds in other places.
      const digits = dataType === 'int8' && row.runtime === 'sparse' ? 4 : 2;
      expect(row.psnrY, `${name} in ${dataType} on ${set}`).toBeCloseTo(psnrY, digits);
      expect(row.ssimY, `${name} in ${dataType} on ${set}`).toBeCloseTo(ssimY, 3);
      expect(row.parameters).toBe(manifest.parameters);
      const bicubic = rows.find((candidate) => candidate.set === set && candidate.model === 'bicubic')!;
      expect(row.psnrY).toBeGreaterThan(bicubic.psnrY);
    }
  });
});
