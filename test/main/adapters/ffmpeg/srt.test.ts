import { describe, expect, it } from 'vitest';
import { cutCues, formatSrt, parseSrt } from '../../../../main/adapters/ffmpeg/srt.ts';

const SOURCE =
  '1\r\n00:00:00,200 --> 00:00:01,000\r\nFirst\r\nof two lines\r\n\r\n2\n01:00:01.5 --> 01:00:02,25\n12\n\n\nafter a gap\n';

describe('SubRip text', () => {
  it('is read with its line ends, short fractions, numbers and gaps inside the text', () => {
    expect(parseSrt(SOURCE)).toEqual([
      { startMs: 200, endMs: 1000, text: 'First\nof two lines' },
      { startMs: 3_601_500, endMs: 3_602_250, text: '12\n\n\nafter a gap' },
    ]);
    expect(parseSrt('')).toEqual([]);
    expect(parseSrt('no times at all')).toEqual([]);
  });

  it('comes back as it was read', () => {
    const cues = parseSrt(SOURCE);
    expect(parseSrt(formatSrt(cues))).toEqual(cues);
  });

  it('is cut to what is seen within a span', () => {
    const cues = [0, 1000, 2000].map((startMs) => ({ startMs, endMs: startMs + 1000, text: String(startMs) }));
    expect(cutCues(cues, 1500, 2200)).toEqual([
      { startMs: 0, endMs: 500, text: '1000' },
      { startMs: 500, endMs: 700, text: '2000' },
    ]);
    expect(cutCues(cues, 1000, Infinity)).toHaveLength(2);
  });
});
