import { afterEach, describe, expect, it } from 'vitest';
import { Dispatcher } from '../../../main/core/dispatcher.ts';
import { liveFrameCount } from '../../../main/core/frame.ts';
import { runPipeline } from '../../../main/core/pipeline.ts';
import type { FrameRow } from '../../../main/core/stats.ts';
import { FakeLane, FakeSink, FakeSource, settle, tickingClock } from '../../helpers/fake-frames.ts';

function makeJob(source: FakeSource, lanes: FakeLane[], sink = new FakeSink(), signal?: AbortSignal) {
  const clock = tickingClock();
  const rows: FrameRow[] = [];
  const dispatcher = new Dispatcher(lanes, clock);
  const onRow = (row: FrameRow): unknown => rows.push(row);
  return { source, sink, rows, run: runPipeline({ source, dispatcher, sink, window: () => 6, clock, signal, onRow }) };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('pipeline', () => {
  afterEach(async () => {
    await settle(40);
    expect(liveFrameCount()).toBe(0);
  });

  it('writes every frame once, in order, whatever the lanes do', async () => {
    const lanes = [new FakeLane('a', 2, (i) => 1 + ((i * 7) % 5)), new FakeLane('b', 1, (i) => 1 + ((i * 3) % 11))];
    const job = makeJob(new FakeSource(60), lanes);
    expect(await job.run).toEqual({ frames: 60, firstPts: 0, lastPts: 177 });
    expect(job.sink.indices).toEqual(upTo(60));
    expect(job.sink.state).toBe('finished');
    expect(job.source.closed).toBe(true);
    expect(job.rows.map(({ index }) => index)).toEqual(upTo(60));
    expect(job.rows[10]).toMatchObject({ ptsSeconds: 1.2, compute: 5, chroma: 1, send: 0 });
  });

  it('ends with no frame at all', async () => {
    expect(await makeJob(new FakeSource(0), [new FakeLane('a')]).run).toEqual({
      frames: 0,
      firstPts: null,
      lastPts: null,
    });
  });

  it('holds the decoder back while the encoder is busy', async () => {
    const source = new FakeSource(100);
    const job = makeJob(source, [new FakeLane('a', 2)]);
    job.sink.hold = true;
    await settle(200);
    expect(source.delivered).toBe(6);
    expect(source.pool.allocated).toBeLessThanOrEqual(6);
    job.sink.hold = false;
    job.sink.release();
    expect((await job.run).frames).toBe(100);
    expect(source.pool.allocated).toBeLessThanOrEqual(6);
  });

  it('goes on with the lane that is left', async () => {
    const dying = new FakeLane('dying', 2, () => 4);
    dying.dieAt = 7;
    const job = makeJob(new FakeSource(30), [dying, new FakeLane('steady', 1)]);
    await job.run;
    expect(job.sink.indices).toEqual(upTo(30));
    expect(job.rows.at(-1)?.lane).toBe('steady');
  });

  it('fails as the decoder, the last lane or the encoder fails, and leaves nothing open', async () => {
    const lane = new FakeLane('only', 2);
    lane.dieAt = 5;
    const sink = new FakeSink();
    sink.failAt = 4;
    const unfinished = new FakeSink();
    unfinished.failFinish = true;
    const steady = (): FakeLane[] => [new FakeLane('a', 2)];
    const starts = {
      'decoder died': () => makeJob(new FakeSource(20, 9), steady()),
      'only died': () => makeJob(new FakeSource(20), [lane]),
      'encoder died': () => makeJob(new FakeSource(20), steady(), sink),
      'would not end': () => makeJob(new FakeSource(3), steady(), unfinished),
    };
    for (const [message, start] of Object.entries(starts)) {
      const job = start();
      await expect(job.run).rejects.toThrow(message);
      expect(job.source.closed).toBe(true);
      expect(job.sink.state).toBe('aborted');
    }
  });

  it('stops at once when told to, even while lane and encoder hang', async () => {
    const stop = new AbortController();
    const job = makeJob(
      new FakeSource(50),
      [new FakeLane('slow', 2, (i) => (i < 4 ? 1 : 30))],
      new FakeSink(),
      stop.signal,
    );
    job.sink.hold = true;
    await settle(15);
    stop.abort(new Error('the user stopped it'));
    await expect(job.run).rejects.toThrow('the user stopped it');
    expect(job.sink.state).toBe('aborted');
    expect(job.source.closed).toBe(true);
  });

  it('does not start when it was stopped before', async () => {
    const source = new FakeSource(50);
    const job = makeJob(source, [new FakeLane('a')], new FakeSink(), AbortSignal.abort(new Error('too late')));
    await expect(job.run).rejects.toThrow('too late');
    expect(source.delivered).toBeLessThan(2);
  });
});
