import { afterEach, describe, expect, it } from 'vitest';
import { Dispatcher } from '../../../main/core/dispatcher.ts';
import { FramePool } from '../../../main/core/frame-pool.ts';
import { liveFrameCount } from '../../../main/core/frame.ts';
import { FakeLane, settle, tickingClock, tinyFormat } from '../../helpers/fake-frames.ts';

const pool = new FramePool(tinyFormat);
const stamp = (index: number) => ({ index, pts: index, duration: 1 });

async function submitAll(dispatcher: Dispatcher, count: number): Promise<string[]> {
  const all = Array.from({ length: count }, async (_, index) => {
    try {
      const { frame, lane } = await dispatcher.submit(pool.acquire(stamp(index)));
      const text = `${String(frame.index)} by ${lane}`;
      frame.close();
      return text;
    } catch (error) {
      return `${String(index)} failed: ${(error as Error).message}`;
    }
  });
  return Promise.all(all);
}

describe('dispatcher', () => {
  afterEach(() => expect(liveFrameCount()).toBe(0));

  it('feeds no lane beyond its slots', async () => {
    const lanes = [new FakeLane('a', 1, () => 3), new FakeLane('b', 2, () => 5)];
    const done = await submitAll(new Dispatcher(lanes, tickingClock()), 20);
    expect(done.map((text) => Number(text.split(' ')[0]))).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(lanes.map(({ peak }) => peak)).toEqual([1, 2]);
    expect(lanes.every(({ ran }) => ran.length > 4)).toBe(true);
  });

  it('leaves no frame to lanes that leave it to each other', async () => {
    const lanes = [new FakeLane('a', 2, () => 4), new FakeLane('b', 2, () => 4)];
    const dispatcher = new Dispatcher(lanes, tickingClock());
    await submitAll(dispatcher, 20);
    // Either would have finished one frame before the other could: with nothing under way, one has to take it.
    expect(await submitAll(dispatcher, 1)).toEqual([expect.stringMatching(/^0 by [ab]$/)]);
  });

  it('gives the frames of a dead lane to the others', async () => {
    const dying = new FakeLane('dying', 2, () => 3);
    dying.dieAt = 4;
    const lost: string[] = [];
    const steady = new FakeLane('steady', 1, () => 2);
    const dispatcher = new Dispatcher([dying, steady], tickingClock(), { onLaneLost: (lane) => lost.push(lane.name) });
    const done = await submitAll(dispatcher, 12);
    expect(done.filter((text) => text.includes('failed'))).toEqual([]);
    expect(new Set([...dying.ran, ...steady.ran]).size).toBe(12);
    expect(lost).toEqual(['dying']);
    expect(dispatcher.slots).toBe(1);
  });

  it('fails everything with the error of the last lane', async () => {
    const lane = new FakeLane('only', 2);
    lane.dieAt = 3;
    const done = await submitAll(new Dispatcher([lane], tickingClock()), 8);
    expect(done.slice(0, 3).every((text) => text.endsWith('by only'))).toBe(true);
    expect(done.slice(3)).toEqual([3, 4, 5, 6, 7].map((i) => `${String(i)} failed: only died`));
  });

  it('gives up what waits at once when cancelled, and what runs when its lane lets go', async () => {
    const dispatcher = new Dispatcher([new FakeLane('slow', 1, () => 10)], tickingClock());
    const done = submitAll(dispatcher, 3);
    await settle(2);
    dispatcher.cancel(new Error('stopped'));
    expect(liveFrameCount()).toBe(1);
    expect(await done).toEqual([0, 1, 2].map((i) => `${String(i)} failed: stopped`));
  });
});
