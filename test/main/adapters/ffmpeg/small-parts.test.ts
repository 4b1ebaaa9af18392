import { describe, expect, it } from 'vitest';
import { commandError, lastComplaint } from '../../../../main/adapters/ffmpeg/failure.ts';
import { packPlane } from '../../../../main/adapters/ffmpeg/pad.ts';
import { PicturePool } from '../../../../main/adapters/ffmpeg/picture-pool.ts';
import { ProgressReader } from '../../../../main/adapters/ffmpeg/progress.ts';
import { isCutOff } from '../../../../main/adapters/ffmpeg/promised-end.ts';
import type { MediaInfo } from '../../../../main/core/media.ts';

describe('progress', () => {
  it('counts frames only once ffmpeg came to its end', () => {
    const progress = new ProgressReader();
    const lines = ['frame=10', 'fps=2.5', 'out_time=00:00:01.000000', 'progress=continue', 'frame=  12'];
    expect(lines.map(progress.take)).toEqual(lines.map(() => true));
    expect(progress.framesAtEnd).toBeNull();
    progress.take('progress=end');
    expect(progress.framesAtEnd).toBe(12);
    expect(progress.take('[error] frame=12 is no progress')).toBe(false);
  });
});

describe('a failure', () => {
  const record = { command: 'ffmpeg', exitCode: 1, signal: null, durationMs: 5, startError: null };

  it('quotes the last line that complains, without the names of modules', () => {
    const stderrTail = [
      '[info] Input #0',
      '[h264 @ 0x55] [error] Invalid NAL',
      '[in#0 @ 0x1] [fatal] Broken pipe',
      '[info] done',
    ];
    expect(lastComplaint(stderrTail)).toBe('Broken pipe');
    expect(lastComplaint(['file.mp4: Invalid data found'])).toBe('file.mp4: Invalid data found');
    expect(lastComplaint(['nothing of note'])).toBeNull();
    const error = commandError('could not encode', { ...record, stderrTail });
    expect(error.message).toBe('could not encode: ffmpeg ended with exit code 1 (Broken pipe)');
    expect(error.details).toMatchObject({ exitCode: 1, stderrTail });
  });

  it('knows a full disk by its words', () => {
    const stderrTail = ['[error] av_interleaved_write_frame(): No space left on device', '[error] Conversion failed!'];
    expect(commandError('could not encode', { ...record, stderrTail }).code).toBe('disk-full');
  });
});

describe('padding', () => {
  it('repeats the last column and row, in both depths, whatever the stride', () => {
    const data = [1, 2, 3, 9, 4, 5, 6, 9];
    for (const samples of [Uint8Array.from(data), Uint16Array.from(data)]) {
      const bytes = packPlane({ data: samples, width: 3, height: 2, stride: 4 }, { width: 4, height: 3 });
      const out = samples.BYTES_PER_ELEMENT === 2 ? new Uint16Array(bytes.buffer) : bytes;
      expect([...out]).toEqual([1, 2, 3, 3, 4, 5, 6, 6, 4, 5, 6, 6]);
    }
  });

  it('copies nothing that is packed already, and refuses what is too large', () => {
    const plane = { data: new Uint8Array(12), width: 4, height: 3, stride: 4 };
    expect(packPlane(plane, { width: 4, height: 3 }).buffer).toBe(plane.data.buffer);
    expect(() => packPlane(plane, { width: 2, height: 3 })).toThrow(RangeError);
  });
});

describe('a pool of pictures', () => {
  it('packs planes one after another in shared memory and gives the same memory again', () => {
    const pool = new PicturePool('yuv420p10le', 5, 3);
    const picture = pool.take();
    expect(picture.planes.map(({ width, height }) => [width, height])).toEqual([
      [5, 3],
      [3, 2],
      [3, 2],
    ]);
    expect(picture.bytes.map((part) => [part.byteOffset, part.length])).toEqual([
      [0, 30],
      [30, 12],
      [42, 12],
    ]);
    expect(picture.bytes[0]?.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(pool.take()).not.toBe(picture);
    pool.give(picture);
    expect(pool.take()).toBe(picture);
  });
});

describe('the promised end', () => {
  const media = (container: string, video: object) =>
    ({ container, video: { tags: {}, frameCount: null, ...video } }) as MediaInfo;
  const film = media('mkv', { tags: { DURATION: '00:01:40.000000000' } });

  it('is the tag of a Matroska track, or the count of an AVI, give or take', () => {
    expect([isCutOff(film, 99.96), isCutOff(film, 98.5), isCutOff(film, 60)]).toEqual([false, false, true]);
    const avi = media('avi', { frameCount: 98, averageFrameRate: { num: 24000, den: 1001 } });
    expect([isCutOff(avi, 4), isCutOff(avi, 2)]).toEqual([false, true]);
  });

  it('is unknown elsewhere, and then nothing is missing', () => {
    expect(isCutOff(media('other', {}), 0)).toBe(false);
    expect(isCutOff(media('mkv', {}), 0)).toBe(false);
    expect(isCutOff(media('mp4', { frameCount: 1000, averageFrameRate: { num: 25, den: 1 } }), 1)).toBe(false);
  });
});
