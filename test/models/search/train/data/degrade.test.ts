import { describe, expect, it } from 'vitest';
import { degradePairs } from '../../../../../models/search/train/data/degrade.ts';
import type { LumaPicture } from '../../../../../models/search/train/data/degrade.ts';
import type { PairStore, StoredPair } from '../../../../../models/search/train/data/pair-store.ts';

const COUNT = 300;
const SIDE = 8;

/** Pictures of noise, equal but for their place. */
function makeStore(): PairStore {
  const picture = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => 40 + ((i * 7919) % 160));
  const pairs = Array.from({ length: COUNT }, (_, i): StoredPair => {
    const shape = { lrWidth: SIDE, lrHeight: SIDE, hrWidth: 2 * SIDE, hrHeight: 2 * SIDE };
    return {
      set: 'any',
      file: `${i}.png`,
      validation: false,
      level: 0,
      ...shape,
      lrOffset: i * SIDE * SIDE,
      hrOffset: 0,
    };
  });
  const lr = new Uint8Array(COUNT * SIDE * SIDE);
  for (const { lrOffset } of pairs) lr.set(picture, lrOffset);
  return { pairs, lr, hr: new Uint16Array(4 * SIDE * SIDE) };
}

describe('LR as video has it', () => {
  it('goes through the encoder at crf 18 to 34, and a third of it is blurred and noisy before', async () => {
    const store = makeStore();
    const clean = store.lr.slice(0, SIDE * SIDE);
    const given: LumaPicture[] = [];
    const crfs: number[] = [];
    const compress = (picture: LumaPicture, crf: number): Promise<Uint8Array> => {
      given.push(picture);
      crfs.push(crf);
      return Promise.resolve(picture.data.map((v) => 255 - v));
    };
    const degraded = await degradePairs(store, { id: 'any', compress });
    expect([Math.min(...crfs), Math.max(...crfs)]).toEqual([18, 34]);
    const soft = given.filter(({ data }) => Buffer.compare(data, clean) !== 0).length;
    expect(soft / COUNT).toBeGreaterThan(0.25);
    expect(soft / COUNT).toBeLessThan(0.42);
    expect(degraded.hr).toBe(store.hr);
    store.pairs.forEach(({ lrOffset }, i) => {
      const lr = degraded.lr.subarray(lrOffset, lrOffset + SIDE * SIDE);
      expect(
        Buffer.compare(
          lr,
          given[i]!.data.map((v) => 255 - v),
        ),
      ).toBe(0);
    });
    const again = await degradePairs(store, { id: 'any', compress });
    expect(Buffer.compare(again.lr, degraded.lr)).toBe(0);
  });
});
