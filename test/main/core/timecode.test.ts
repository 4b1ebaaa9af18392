import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeTimecode } from '../../../main/core/timecode.ts';

const PAL = { num: 25, den: 1 };
const NTSC = { num: 30000, den: 1001 };
const FILM = { num: 24000, den: 1001 };
const after = (text: string, rate: typeof PAL, frames: number, newRate = rate) =>
  changeTimecode(text, { rate, newRate, cutSeconds: (frames * rate.den) / rate.num });

describe('the timecode of an output', () => {
  it('is the source’s where nothing is cut', () => {
    for (const text of ['01:02:03:04', '00:00:00:00', '23:59:59:24']) expect(after(text, PAL, 0)).toBe(text);
    expect(after('00:10:00;00', NTSC, 0)).toBe('00:10:00;00');
  });

  it('counts the frames that were cut, around midnight too', () => {
    expect(after('01:02:03:04', PAL, 30)).toBe('01:02:04:09');
    expect(after('23:59:59:24', PAL, 1)).toBe('00:00:00:00');
  });

  it('leaves out the numbers that drop-frame leaves out', () => {
    expect(after('00:00:59;29', NTSC, 1)).toBe('00:01:00;02');
    expect(after('00:09:59;29', NTSC, 1)).toBe('00:10:00;00');
    expect(after('00:00:00;00', NTSC, 17982)).toBe('00:10:00;00');
    expect(after('00:00:59:29', NTSC, 1)).toBe('00:01:00:00');
    expect(after('00:00:59;59', { num: 60000, den: 1001 }, 1)).toBe('00:01:00;04');
  });

  it('adds up: two cuts are one', () => {
    const cuts = fc.tuple(fc.nat(200_000), fc.nat(200_000));
    fc.assert(
      fc.property(cuts, fc.constantFrom(';', ':'), ([a, b], separator) => {
        const first = after(`00:00:00${separator}00`, NTSC, a)!;
        expect(after(first, NTSC, b)).toBe(after(`00:00:00${separator}00`, NTSC, a + b));
      }),
    );
  });

  it('is counted anew where frames are doubled or pulldown is taken out', () => {
    expect(after('00:00:01:10', PAL, 0, { num: 50, den: 1 })).toBe('00:00:01:20');
    expect(after('01:00:00:05', NTSC, 0, FILM)).toBe('01:00:00:04');
  });

  it('is none where the text is none', () => {
    for (const text of ['', '1:2:3:4', 'abc', '01:02:03']) expect(after(text, PAL, 0)).toBe(null);
  });
});
