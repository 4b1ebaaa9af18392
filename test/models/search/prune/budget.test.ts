import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listZoo, zooFolderOf } from '../../../../main/app/models.ts';
import { costOfMasks } from '../../../../models/search/prune/budget.ts';
import { decodeState } from '../../../../models/search/train/run/state-codec.ts';

const zoo = (await listZoo()).map(({ manifest }) => manifest);

describe('the budget of a pruning', () => {
  it.each(zoo)('counts the multiply-adds that the compiler counts: $name', async ({ name, macs }) => {
    const { config, vectors } = decodeState(await readFile(join(await zooFolderOf(name), 'train-state.bin')));
    const [f32, int8] = (['f32', 'int8'] as const).map((dataType) =>
      costOfMasks(config.net, vectors.mask, { unit: 'gmac', most: 0, dataType }),
    );
    const counted = macs.kept720p / 1e9;
    expect(f32).toBeCloseTo(counted, 9);
    // Taps are four deep, and a picture of one plane is no deeper for it.
    expect(int8).toBeGreaterThanOrEqual(counted);
    expect(int8).toBeLessThan(1.05 * counted);
  });
});
