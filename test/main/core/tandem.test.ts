/** Lanes of different speed at work together, in virtual time. */
import { afterEach, describe, expect, it } from 'vitest';
import { Dispatcher } from '../../../main/core/dispatcher.ts';
import type { LaneWatch } from '../../../main/core/dispatcher.ts';
import { liveFrameCount } from '../../../main/core/frame.ts';
import { runPipeline } from '../../../main/core/pipeline.ts';
import { FakeSink, FakeSource } from '../../helpers/fake-frames.ts';
import { VirtualLane, VirtualTime } from '../../helpers/virtual-time.ts';

interface Run {
  readonly time: VirtualTime;
  readonly dispatcher: Dispatcher;
  readonly sink: FakeSink;
  /** Milliseconds of virtual time. */
  finish(): Promise<number>;
}

function start(
  time: VirtualTime,
  lanes: VirtualLane[],
  frames: number,
  watch?: LaneWatch,
  onRow = (): unknown => null,
): Run {
  const dispatcher = new Dispatcher(lanes, time.clock, watch);
  const [source, sink] = [new FakeSource(frames), new FakeSink()];
  const window = (): number => dispatcher.appetite + 3;
  const startMs = time.clock();
  const run = runPipeline({ source, dispatcher, sink, window, clock: time.clock, onRow });
  const finish = async (): Promise<number> => {
    await time.run(run);
    expect(sink.indices).toEqual(Array.from({ length: frames }, (_, i) => i));
    return time.clock() - startMs;
  };
  return { time, dispatcher, sink, finish };
}

const fast = (time: VirtualTime): VirtualLane => new VirtualLane('gpu', time, { slots: 2, computeMs: 10 });
const phone = (time: VirtualTime): VirtualLane =>
  new VirtualLane('phone', time, { slots: 4, computeMs: 25, wayMs: 30 });
const slow = (time: VirtualTime): VirtualLane => new VirtualLane('cpu', time, { slots: 2, computeMs: 160 });

describe('lanes in tandem', () => {
  afterEach(() => expect(liveFrameCount()).toBe(0));

  it('three of different speed reach nine tenths of the sum of their rates', async () => {
    const makers = [fast, phone, slow];
    const rates: number[] = [];
    for (const make of makers) {
      const time = new VirtualTime();
      rates.push(300 / (await start(time, [make(time)], 300).finish()));
    }
    const time = new VirtualTime();
    const lanes = makers.map((make) => make(time));
    const together = 600 / (await start(time, lanes, 600).finish());
    const sum = rates.reduce((total, rate) => total + rate, 0);
    expect(together / sum).toBeGreaterThan(0.9);
    expect(lanes.every(({ frames }) => frames > 20)).toBe(true);
  });

  it('a lane far too slow does not hold the others up', async () => {
    const alone = new VirtualTime();
    const best = await start(alone, [fast(alone)], 300).finish();
    const time = new VirtualTime();
    const snail = new VirtualLane('snail', time, { slots: 3, computeMs: 900 });
    const both = await start(time, [fast(time), snail], 300).finish();
    expect(both / best).toBeLessThan(1.02);
  });

  it('gives a lane that slows down less, and more again once it has cooled down', async () => {
    const time = new VirtualTime();
    const [steady, hot] = [fast(time), new VirtualLane('hot', time, { slots: 2, computeMs: 10 })];
    const shares: number[] = [];
    let rows = 0;
    const run = start(time, [steady, hot], 30_000, {}, () => {
      rows += 1;
      if (rows === 10_000) hot.computeMs = 80;
      if (rows === 20_000) hot.computeMs = 10;
      if (rows % 10_000 === 0) shares.push(hot.frames);
    });
    await run.finish();
    const [cool, heated, cooled] = shares.map((frames, i) => frames - (shares[i - 1] ?? 0));
    expect(cool).toBeGreaterThan(4800);
    expect(heated! / 10_000).toBeLessThan(0.13);
    expect(heated! / 10_000).toBeGreaterThan(0.08);
    expect(cooled).toBeGreaterThan(4500);
  });

  it('goes on when a lane breaks, and uses it again when it comes back', async () => {
    const time = new VirtualTime();
    const broken = phone(time);
    const back = phone(time);
    let rows = 0;
    const lost: string[] = [];
    const watch: LaneWatch = { onLaneLost: (lane, error) => lost.push(`${lane.name}: ${(error as Error).message}`) };
    const run = start(time, [slow(time), broken], 300, watch, () => {
      rows += 1;
      if (rows === 50) broken.isBroken = true;
      if (rows === 100) run.dispatcher.add(back);
    });
    await run.finish();
    expect(lost).toEqual(['phone: phone broke']);
    expect(back.frames).toBeGreaterThan(100);
  });

  it('waits without a lane while one may come back', async () => {
    const time = new VirtualTime();
    const [only, back] = [phone(time), phone(time)];
    only.isBroken = true;
    const watch: LaneWatch = {
      mayComeBack: () => true,
      onLaneLost: () => void time.sleep(5000).then(() => run.dispatcher.add(back)),
    };
    const run = start(time, [only], 20, watch);
    await run.finish();
    expect(back.frames).toBe(20);
  });
});
