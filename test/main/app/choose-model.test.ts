import { describe, expect, it } from 'vitest';
import { pickQuality } from '../../../main/app/choose-model.ts';
import { bitsPerPixel, isCompressedHard } from '../../../main/core/compression.ts';
import type { MediaInfo } from '../../../main/core/media.ts';

/** Ten seconds of 1280x720 at 25 frames a second, of so many bits per pixel. */
function clip(bits: number, codec = 'h264'): MediaInfo {
  const video = { codec, width: 1280, height: 720, averageFrameRate: { num: 25, den: 1 } };
  return { sizeBytes: (bits * 1280 * 720 * 250) / 8, durationSeconds: 10, video } as MediaInfo;
}

const zoo = ['tandem-x2-balanced', 'tandem-x2-fast', 'tandem-x2-video'];

describe('a clip that is compressed hard', () => {
  it('has fewer than 0.08 bits per pixel, 0.05 where the codec is later than H.264', () => {
    expect(bitsPerPixel(clip(0.1))).toBeCloseTo(0.1, 9);
    expect([0.079, 0.081].map((bits) => isCompressedHard(clip(bits)))).toEqual([true, false]);
    expect([0.049, 0.051].map((bits) => isCompressedHard(clip(bits, 'hevc')))).toEqual([true, false]);
  });

  it('is not guessed where the container says nothing', () => {
    expect(isCompressedHard({ ...clip(0.01), durationSeconds: null })).toBe(false);
  });
});

describe('the model for a clip', () => {
  it('is balanced, or video where the clip is compressed hard', () => {
    expect(pickQuality({ media: clip(0.2) }, 2, zoo)).toEqual({ name: 'tandem-x2-balanced', notes: [] });
    const hard = pickQuality({ media: clip(0.03) }, 2, zoo);
    expect(hard?.name).toBe('tandem-x2-video');
    expect(hard?.notes).toEqual(['The clip has 0.030 bits per pixel, so the model for compressed video is used.']);
  });

  it('is what a person asked for, whatever the clip', () => {
    expect(pickQuality({ quality: 'fast', media: clip(0.03) }, 2, zoo)).toEqual({ name: 'tandem-x2-fast', notes: [] });
  });

  it('is the nearest there is, and says so', () => {
    expect(pickQuality({ quality: 'fine' }, 2, ['tandem-x2-fast'])).toEqual({
      name: 'tandem-x2-fast',
      notes: ['The zoo has no tandem-x2-fine yet; tandem-x2-fast is used.'],
    });
    expect(pickQuality({}, 2, ['tandem-x2-fast'])).toEqual({ name: 'tandem-x2-fast', notes: [] });
    expect(pickQuality({}, 4, [])).toBeNull();
  });
});
