import { afterEach, describe, expect, it } from 'vitest';
import { FramePool } from '../../../main/core/frame-pool.ts';
import { liveFrameCount } from '../../../main/core/frame.ts';
import { SegmentWriter } from '../../../main/core/segmenter.ts';
import { FakeSink, settle, tinyFormat } from '../../helpers/fake-frames.ts';

const pool = new FramePool(tinyFormat);

function makeWriter(segmentFrames: number, expectedFrames: number | null = null) {
  const sinks: FakeSink[] = [];
  const events: string[] = [];
  const writer = new SegmentWriter({
    segmentFrames,
    expectedFrames,
    openSegment: (segment) => {
      events.push(`open ${String(segment)}`);
      sinks[segment] = new FakeSink();
      return Promise.resolve(sinks[segment]);
    },
    onSegment: (segment, { frames, firstPts, lastPts }) => {
      events.push(`done ${String(segment)}: ${String(frames)} frames ${String(firstPts)}..${String(lastPts)}`);
      return Promise.resolve();
    },
  });
  const push = async (from: number, to: number): Promise<void> => {
    for (let index = from; index < to; index++)
      await writer.push(pool.acquire({ index, pts: 10 * index, duration: 10 }));
  };
  return { writer, sinks, events, push };
}

describe('segment writer', () => {
  afterEach(() => expect(liveFrameCount()).toBe(0));

  it('cuts at fixed frame indices, in order, and starts each encoder before the last one ends', async () => {
    const { writer, sinks, events, push } = makeWriter(20);
    await push(0, 43);
    expect(await writer.finish()).toEqual({ frames: 43, firstPts: 0, lastPts: 420 });
    expect(sinks.map(({ indices }) => indices.length)).toEqual([20, 20, 3]);
    expect(events.filter((event) => event.startsWith('done'))).toEqual([
      'done 0: 20 frames 0..190',
      'done 1: 20 frames 200..390',
      'done 2: 3 frames 400..420',
    ]);
    expect(events.indexOf('open 1')).toBeLessThan(events.findIndex((event) => event.startsWith('done 0')));
  });

  it('cuts a resumed job at the same indices', async () => {
    const { writer, sinks, push } = makeWriter(20);
    await push(40, 70);
    await writer.finish();
    expect(sinks[2]?.indices).toEqual(Array.from({ length: 20 }, (_, i) => 40 + i));
    expect(sinks[3]?.indices[0]).toBe(60);
  });

  it('throws away the encoder that stood by for nothing', async () => {
    const { writer, sinks, push } = makeWriter(20);
    await push(0, 40);
    await writer.finish();
    expect(sinks.map(({ state }) => state)).toEqual(['finished', 'finished', 'aborted']);
  });

  it('starts no encoder for a segment that is not expected', async () => {
    const { writer, sinks, push } = makeWriter(20, 40);
    await push(0, 40);
    await writer.finish();
    expect(sinks).toHaveLength(2);
  });

  it('makes no segment of an empty stream', async () => {
    const { writer, events } = makeWriter(20);
    expect(await writer.finish()).toEqual({ frames: 0, firstPts: null, lastPts: null });
    expect(events).toEqual([]);
  });

  it('tells a failed flush with the next frame', async () => {
    const { writer, sinks, push } = makeWriter(20);
    await push(0, 20);
    sinks[0]!.failFinish = true;
    await push(20, 21);
    await settle();
    await expect(push(21, 22)).rejects.toThrow('encoder would not end');
    await writer.abort();
    expect(sinks.map(({ state }) => state)).toEqual(['aborted', 'aborted']);
  });

  it('aborts every encoder that is open', async () => {
    const { writer, sinks, push } = makeWriter(20);
    await push(0, 39);
    await writer.abort();
    expect(sinks.map(({ state }) => state)).toEqual(['finished', 'aborted', 'aborted']);
  });
});
