import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCatalog, sourceOf, type CatalogEntry } from '../../../../../models/search/train/data/catalog.ts';
import { chooseValidation, VALIDATION_LIST } from '../../../../../models/search/train/data/choose-validation.ts';
import { TRAINING_SETS } from '../../../../../models/search/train/data/sets.ts';
import { sharedData } from '../../../../helpers/shared-data.ts';

const committed = JSON.parse(readFileSync(VALIDATION_LIST, 'utf8')) as {
  seed: number;
  share: number;
  files: string[];
};

/** Sources that have crops both in `files` and outside. */
function leakedSources(entries: readonly CatalogEntry[], files: readonly string[]): string[] {
  const held = new Set(entries.filter(({ file }) => files.includes(file)).map(({ source }) => source));
  return entries.filter(({ file, source }) => !files.includes(file) && held.has(source)).map(({ source }) => source);
}

describe('chooseValidation', () => {
  const entries = Array.from({ length: 200 }, (_, i) => ({
    set: i < 120 ? 'a' : 'b',
    file: `${i < 120 ? 'a' : 'b'}/${i}.png`,
    source: `photo ${Math.floor((i % 150) / 3)}`,
  }));

  it('never has crops of one source on both sides, within a set or across sets', () => {
    const files = chooseValidation(entries, { seed: 5, share: 0.1 });
    expect(leakedSources(entries, files)).toEqual([]);
    expect(files.filter((file) => file.startsWith('a/')).length).toBeGreaterThanOrEqual(12);
    expect(files.filter((file) => file.startsWith('b/')).length).toBeGreaterThanOrEqual(8);
  });

  it('depends on the seed alone', () => {
    const choose = (seed: number): string[] => chooseValidation(entries, { seed, share: 0.1 });
    expect(choose(1)).toEqual(choose(1));
    expect(choose(1)).not.toEqual(choose(2));
  });
});

it('takes one drawing in several sizes or versions for one source', () => {
  const wall = 'wall/plasma/Kay/contents';
  expect(sourceOf(`${wall}/images/1080x1920.png`)).toBe(sourceOf(`${wall}/images_dark/5120x2880.png`));
  expect(sourceOf('wall/deepin/macaron-dark.png')).toBe(sourceOf('wall/deepin/macaron-light.png'));
  expect(sourceOf('imagenet/n01608432_kite.JPEG')).not.toBe(sourceOf('imagenet/n01632458_spotted_salamander.JPEG'));
});

it('weighs BSDS at a quarter at most', () => {
  const total = Object.values(TRAINING_SETS).reduce((sum, { weight }) => sum + weight, 0);
  expect(total).toBeCloseTo(1, 12);
  expect(TRAINING_SETS.bsds500!.weight / total).toBeLessThanOrEqual(0.25);
});

const data = sharedData();

describe.skipIf(data === null)('the committed list', () => {
  it('is what the command chooses, about 5 % of each set, and leaks no source', async () => {
    const entries = await readCatalog(join(data!, 'train'));
    expect(chooseValidation(entries, committed)).toEqual(committed.files);
    expect(leakedSources(entries, committed.files)).toEqual([]);
    for (const set of Object.keys(TRAINING_SETS)) {
      const all = entries.filter((entry) => entry.set === set).length;
      const held = committed.files.filter((file) => file.startsWith(`${set}/`)).length;
      expect(Math.abs(held - 0.05 * all), set).toBeLessThanOrEqual(1);
    }
  });
});
