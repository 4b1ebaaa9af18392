import { afterEach, describe, expect, it, vi } from 'vitest';
import { DeviceTrust } from '../../../main/app/device-trust.ts';
import type { Comeback } from '../../../main/app/device-trust.ts';
import { LaneCrew } from '../../../main/app/lane-crew.ts';
import type { CrewMember } from '../../../main/app/lane-crew.ts';
import { FramePool } from '../../../main/core/frame-pool.ts';
import { liveFrameCount } from '../../../main/core/frame.ts';
import type { SessionLane } from '../../../main/core/session-lane.ts';
import { FakeLane, tinyFormat } from '../../helpers/fake-frames.ts';

const pool = new FramePool(tinyFormat);

/** Fails at its n-th frame each time it was opened; `opens` false refuses from the second time on. */
function erring(name: string, comeback: Comeback, { dieAt = 2, opens = true } = {}) {
  let opened = 0;
  const member: CrewMember = {
    name,
    open: () => {
      opened += 1;
      if (opened > 1 && !opens) return Promise.reject(new Error('the driver is gone.'));
      const lane = Object.assign(new FakeLane(name, 1), { useStore: () => undefined });
      lane.dieAt = dieAt;
      return Promise.resolve(lane as SessionLane);
    },
    comesBack: () => Promise.resolve(comeback),
  };
  return { member, times: () => opened };
}

const steady: CrewMember = {
  name: 'steady',
  open: () => Promise.resolve(Object.assign(new FakeLane('steady', 1, () => 2), { useStore: () => undefined })),
};

/** Runs frames one after the other. @returns what was told, and how it ended */
async function run(members: readonly CrewMember[], frames: number): Promise<{ told: string[]; end: string }> {
  vi.useFakeTimers();
  const told: string[] = [];
  const crew = await LaneCrew.open(
    members,
    () => performance.now(),
    (text) => told.push(text),
  );
  const dispatcher = crew.makeDispatcher();
  const work = (async () => {
    for (let index = 0; index < frames; index++) {
      // Two at a time, so that no lane stands still.
      const pair = [0, 1].map((i) =>
        dispatcher.submit(pool.acquire({ index: 2 * index + i, pts: index, duration: 1 })),
      );
      for (const done of await Promise.all(pair)) done.frame.close();
    }
    return 'done';
  })();
  const ended = work.catch((error: unknown) => (error as Error).message);
  await vi.advanceTimersByTimeAsync(300_000);
  const end = await ended;
  const closing = crew.close();
  await vi.advanceTimersByTimeAsync(60_000);
  await closing;
  return { told, end };
}

describe('crew of lanes', () => {
  afterEach(() => {
    vi.useRealTimers();
    expect(liveFrameCount()).toBe(0);
  });

  it('leaves out a device that fails by itself again and again, and says so', async () => {
    const bad = erring('bad', 'stayed');
    const { told, end } = await run([steady, bad.member], 60);
    expect(end).toBe('done');
    expect(bad.times()).toBe(4);
    expect(told.slice(0, 2)).toEqual([
      'bad is lost: bad died. Its frames go to the others.',
      'bad is back and helps again.',
    ]);
    expect(told.filter((text) => text.includes('is lost'))).toHaveLength(4);
    expect(told.at(-1)).toMatch(/^bad is left out from now on: it failed 4 times in \d+ min\.$/);
  });

  it('forgives a loose cable without end', async () => {
    const loose = erring('loose', 'returned');
    const { told, end } = await run([steady, loose.member], 60);
    expect(end).toBe('done');
    expect(loose.times()).toBeGreaterThan(8);
    expect(told.some((text) => text.includes('left out'))).toBe(false);
  });

  it('says why a device that is there cannot be opened again', async () => {
    const gone = erring('gone', 'returned', { opens: false });
    const { told, end } = await run([steady, gone.member], 60);
    expect(end).toBe('done');
    expect(gone.times()).toBe(11);
    expect(told).toEqual([
      'gone is lost: gone died. Its frames go to the others.',
      'gone is left out from now on: it could not be opened again: the driver is gone.',
    ]);
  });

  it('ends the job with the error when the only device is left out', async () => {
    const alone = erring('alone', 'stayed');
    const { told, end } = await run([alone.member], 60);
    expect(end).toBe('alone died');
    expect(told[0]).toBe('alone is lost: alone died. The job waits until it is back.');
    expect(told.at(-1)).toMatch(/^alone is left out from now on/);
  });
});

describe('trust in a device', () => {
  it('comes back with time', () => {
    const trust = new DeviceTrust<string>();
    const minute = 60_000;
    const judged = [0, 1, 2, 11, 12, 13, 14].map((at) => trust.judge('gpu', 'stayed', at * minute));
    expect(judged).toEqual([null, null, null, null, null, null, 'it failed 4 times in 3 min']);
  });
});
