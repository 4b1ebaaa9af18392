import { afterEach, describe, expect, it } from 'vitest';
import { FramePool } from '../../../main/core/frame-pool.ts';
import { liveFrameCount } from '../../../main/core/frame.ts';
import type { Frame, FrameFormat, Plane } from '../../../main/core/frame.ts';
import { createLumaPath } from '../../../main/core/picture-path.ts';
import type { PixelFormat } from '../../../main/core/pixel-format.ts';
import { createRgbPath } from '../../../main/core/rgb-path.ts';
import type { RuntimeSession } from '../../../main/core/runtime.ts';
import { createSessionLane } from '../../../main/core/session-lane.ts';
import { settle, tickingClock, tinyFormat } from '../../helpers/fake-frames.ts';

/** Repeats every sample; fails when two runs overlap. */
class DoublingSession implements RuntimeSession {
  readonly arithmetic = 'f32';
  readonly seen: number[] = [];
  #busy = false;
  failing = false;

  async run(input: readonly Plane[], output: readonly Plane[]): Promise<void> {
    if (this.#busy) throw new Error('two runs at once');
    this.#busy = true;
    await settle(3);
    this.#busy = false;
    if (this.failing) throw new Error('device lost');
    this.seen.push(input[0]!.data[0]!);
    output.forEach(({ data, width, height, stride }, p) => {
      const { data: from, stride: fromStride } = input[p]!;
      for (let i = 0; i < width * height; i++) {
        const [x, y] = [i % width, Math.floor(i / width)];
        data[y * stride + x] = from[(y >> 1) * fromStride + (x >> 1)]!;
      }
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function makeLane(pixelFormat: PixelFormat, colour: 'y' | 'rgb', outFormat = pixelFormat) {
  const color = { ...tinyFormat.color, matrix: 'bt709' };
  const source: FrameFormat = { ...tinyFormat, color, pixelFormat, width: 7, height: 5 };
  const target: FrameFormat = { ...source, pixelFormat: outFormat, width: 14, height: 10 };
  const session = new DoublingSession();
  const formats = { source, target, scale: 2 };
  const path = colour === 'y' ? createLumaPath(formats) : createRgbPath(formats);
  const lane = createSessionLane({ name: 'fake', session, path, target, clock: tickingClock() });
  const pool = new FramePool(source);
  const makeFrame = (index: number, values: readonly number[]): Frame => {
    const frame = pool.acquire({ index, pts: 100 * index, duration: 100 });
    frame.planes.forEach(({ data }, p) => data.fill(values[p]!));
    return frame;
  };
  return { lane, session, makeFrame };
}

async function runOne(
  pixelFormat: PixelFormat,
  colour: 'y' | 'rgb',
  values: readonly number[],
  outFormat = pixelFormat,
) {
  const { lane, makeFrame } = makeLane(pixelFormat, colour, outFormat);
  const input = makeFrame(3, values);
  const { frame, times } = await lane.run(input);
  input.close();
  const result = { pts: frame.pts, index: frame.index, planes: frame.planes.map(({ data }) => [...new Set(data)]) };
  frame.close();
  return { ...result, times };
}

describe('lane around a session', () => {
  afterEach(() => expect(liveFrameCount()).toBe(0));

  it('keeps stamps and flat colour, luma by the model and chroma beside it', async () => {
    for (const format of ['yuv420p', 'yuv422p10le', 'yuv444p', 'yuvj420p'] as const) {
      const { planes, pts, index, times } = await runOne(format, 'y', [200, 90, 33]);
      expect(planes).toEqual([[200], [90], [33]]);
      expect({ pts, index }).toEqual({ pts: 300, index: 3 });
      expect(times.computeMs).toBeGreaterThan(0);
      expect(times.chromaMs).toBeGreaterThan(0);
    }
  });

  it('keeps grey grey, also where the output has chroma', async () => {
    expect((await runOne('gray', 'y', [77])).planes).toEqual([[77]]);
    expect((await runOne('gray', 'y', [77], 'yuv420p')).planes).toEqual([[77], [128], [128]]);
    expect((await runOne('gray', 'rgb', [77])).planes).toEqual([[77]]);
  });

  it('brings colours through an RGB model and back', async () => {
    const { planes } = await runOne('yuv420p', 'rgb', [120, 100, 150]);
    planes.forEach((values, p) => {
      expect(values).toHaveLength(1);
      expect(Math.abs(values[0]! - [120, 100, 150][p]!)).toBeLessThanOrEqual(1);
    });
    expect((await runOne('gbrp', 'rgb', [1, 2, 250])).planes).toEqual([[1], [2], [250]]);
  });

  it('runs one picture at a time, in order, and reports the wait', async () => {
    const { lane, session, makeFrame } = makeLane('yuv420p', 'y');
    const inputs = [0, 1].map((index) => makeFrame(index, [10 + index, 1, 2]));
    const results = await Promise.all(inputs.map((input) => lane.run(input)));
    expect(session.seen).toEqual([10, 11]);
    expect(results[1]!.times.waitMs).toBeGreaterThan(results[0]!.times.waitMs);
    for (const frame of [...inputs, ...results.map((result) => result.frame)]) frame.close();
  });

  it('fails with the session and closes what it had opened', async () => {
    const { lane, session, makeFrame } = makeLane('yuv420p', 'y');
    session.failing = true;
    const input = makeFrame(0, [1, 2, 3]);
    await expect(lane.run(input)).rejects.toThrow('device lost');
    expect(liveFrameCount()).toBe(1);
    input.close();
  });
});
