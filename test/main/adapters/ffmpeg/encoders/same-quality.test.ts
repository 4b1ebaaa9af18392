import { expect, it } from 'vitest';
import { KNOTS, ownQuality } from '../../../../../main/adapters/ffmpeg/encoders/same-quality.ts';
import { PRESETS } from '../../../../../main/core/codecs.ts';

const ENCODERS = ['x264', 'x265', 'svt-av1', 'aom-av1', 'vp9'] as const;

it('x264’s medium is the scale itself', () => {
  for (const crf of [0.5, 8, 16, 23.5, 51]) expect(ownQuality('x264', 'medium', crf)).toBe(crf);
});

it.each(ENCODERS)('%s: a worse quality is never a better number, and all stay on its scale', (encoder) => {
  const most = encoder === 'x264' || encoder === 'x265' ? 51 : 63;
  for (const preset of PRESETS) {
    const numbers = Array.from({ length: 51 }, (_, i) => ownQuality(encoder, preset, i + 1));
    numbers.forEach((number, i) => expect(number, preset).toBeGreaterThanOrEqual(numbers[i - 1] ?? 0));
    expect(numbers.at(-1), preset).toBeLessThanOrEqual(most);
    // The knots are told apart by every encoder.
    expect(new Set(KNOTS.map((crf) => ownQuality(encoder, preset, crf))).size, preset).toBe(KNOTS.length);
  }
});

it.each(['svt-av1', 'aom-av1', 'vp9'] as const)('%s gets whole numbers', (encoder) => {
  for (const crf of [9.7, 16, 27]) expect(Number.isInteger(ownQuality(encoder, 'slow', crf))).toBe(true);
});
