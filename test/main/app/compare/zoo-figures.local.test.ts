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
    const figures = manifest.measured.filter((m) => m.protocol === 'model' && m.runtime === 'onnx');
    expect(figures.map(({ set }) => set).sort()).toEqual(['Set14', 'Set5']);
    for (const { set, psnrY, ssimY } of figures) {
      const row = rows.find((candidate) => candidate.set === set && candidate.model === name)!;
      expect(row.psnrY, `${name} on ${set}`).toBeCloseTo(psnrY, 2);
      expect(row.ssimY, `${name} on ${set}`).toBeCloseTo(ssimY, 3);
      expect(row.parameters).toBe(manifest.parameters);
      const bicubic = rows.find((candidate) => candidate.set === set && candidate.model === 'bicubic')!;
      expect(row.psnrY).toBeGreaterThan(bicubic.psnrY);
    }
  });
});
