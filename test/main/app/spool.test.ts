import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Spool } from '../../../main/app/spool.ts';
import { FramePool } from '../../../main/core/frame-pool.ts';
import { liveFrameCount } from '../../../main/core/frame.ts';
import type { Frame } from '../../../main/core/frame.ts';
import { tinyFormat } from '../../helpers/fake-frames.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-spool-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => expect(liveFrameCount()).toBe(0));
const pool = new FramePool({ ...tinyFormat, pixelFormat: 'gray10le', width: 9, height: 7 });

function picture(index: number, fill: number): Frame {
  const frame = pool.acquire({ index, pts: 3 * index, duration: null });
  frame.planes[0]!.data.forEach((_, i, data) => (data[i] = (fill * 31 + i * 7) % 1024));
  return frame;
}

const open = (name: string, firstSegment = 0, limitBytes = 1e9): Promise<Spool> =>
  Spool.open({ segmentFrames: 4, firstSegment, limitBytes, pathOf: (segment) => join(folder, `${name}-${segment}`) });

/** Keeps frames that took so long each. */
async function keep(spool: Spool, indices: readonly number[], computeMs = 3000): Promise<void> {
  for (const index of indices) {
    const frame = picture(index, index);
    await spool.keep(frame, frame.planes, computeMs);
    frame.close();
  }
}

/** @returns whether it was there, and then it is as it was kept */
async function recalls(spool: Spool, index: number, pts = 3 * index): Promise<boolean> {
  const want = picture(index, index);
  const got = pool.acquire({ index, pts, duration: null });
  got.planes[0]!.data.fill(0);
  const isThere = await spool.recall(got, got.planes);
  if (isThere) expect(got.planes[0]!.data).toEqual(want.planes[0]!.data);
  want.close();
  got.close();
  return isThere;
}

describe('spool', () => {
  it('gives back to the last bit what was made before an interruption, whole segments apart', async () => {
    const spool = await open('plain');
    await keep(spool, [1, 0, 2, 4]);
    await spool.close();
    const again = await open('plain');
    expect(again.pictures).toBe(4);
    for (const index of [0, 1, 2, 4]) expect(await recalls(again, index)).toBe(true);
    expect(await recalls(again, 3)).toBe(false);
    expect(await recalls(again, 2, 5)).toBe(false);
    await keep(again, [3]);
    expect(await recalls(again, 3)).toBe(true);
    await again.drop(0);
    expect(existsSync(join(folder, 'plain-0'))).toBe(false);
    expect([await recalls(again, 0), await recalls(again, 4)]).toEqual([false, true]);
    await again.close();
  });

  it('is not kept where a segment is computed within ten seconds, nor beyond its limit', async () => {
    const quick = await open('quick');
    await keep(quick, [0, 1], 2400);
    expect(existsSync(join(folder, 'quick-0'))).toBe(false);
    await quick.close();
    const small = await open('small', 0, 1);
    await keep(small, [0, 1, 2]);
    expect(small.pictures).toBe(1);
    await small.close();
  });

  it('believes no record that was cut at any byte or altered', async () => {
    const spool = await open('cut');
    await keep(spool, [0]);
    const { size: one } = statSync(join(folder, 'cut-0'));
    await keep(spool, [1]);
    await spool.close();
    const whole = readFileSync(join(folder, 'cut-0'));
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(join(folder, 'cut-0'), whole);
      truncateSync(join(folder, 'cut-0'), length);
      const cut = await open('cut');
      expect(cut.pictures).toBe(length < one ? 0 : 1);
      await cut.close();
    }
    for (let place = one; place < whole.length; place++) {
      const altered = Buffer.from(whole);
      altered[place]! ^= 1;
      writeFileSync(join(folder, 'cut-0'), altered);
      const spoilt = await open('cut');
      expect({ place, back: [await recalls(spoilt, 0), await recalls(spoilt, 1)] }).toEqual({
        place,
        back: [true, false],
      });
      await spoilt.close();
    }
  });
});
