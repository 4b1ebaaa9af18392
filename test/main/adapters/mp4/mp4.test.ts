import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { buildAvcC, splitAnnexB, toLengthPrefixed } from '../../../../main/adapters/mp4/annex-b.ts';
import { box } from '../../../../main/adapters/mp4/boxes.ts';
import { computeDts } from '../../../../main/adapters/mp4/decode-order.ts';
import { movieHead } from '../../../../main/adapters/mp4/movie.ts';

const PARAMETER_SETS = Buffer.from('000000016764000aacd9447b011000003e90000bb800f12259600000000168ebe3cb22c0', 'hex');

describe('decoding times', () => {
  it('of B-frames are the sorted stamps, late by the reorder delay', () => {
    expect(computeDts([0, 3, 2, 1, 6, 5, 4])).toEqual([-2, -1, 0, 1, 2, 3, 4]);
  });

  it('of uneven frames over a boundary rise strictly', () => {
    // The second segment opens with frames that are long: what the concat demuxer trips over.
    expect(computeDts([0, 10, 5, 20, 1020, 520])).toEqual([-5, 0, 5, 10, 20, 520]);
  });

  it('rise strictly and are never late, for any order of decoding', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -1000, max: 100_000 }), { minLength: 1, maxLength: 60 }), (pts) => {
        const dts = computeDts(pts);
        dts.forEach((value, i) => {
          expect(value).toBeLessThanOrEqual(pts[i] ?? NaN);
          if (i > 0) expect(value).toBeGreaterThan(dts[i - 1] ?? NaN);
        });
      }),
    );
  });

  it('refuses two frames at one time', () => {
    expect(() => computeDts([0, 1, 1])).toThrow(/same time/);
  });
});

describe('H.264 between its two forms', () => {
  it('splits at long and short start codes and keeps what is inside', () => {
    const units = splitAnnexB(Buffer.from('000000016501020003000001410a00000301000001', 'hex'));
    expect(units.map((unit) => Buffer.from(unit).toString('hex'))).toEqual(['65010200' + '03', '410a00000301']);
  });

  it('writes the length before each unit', () => {
    expect(Buffer.from(toLengthPrefixed(Buffer.from('00000165aabb', 'hex'))).toString('hex')).toBe('0000000365aabb');
  });

  it('names profile, level, chroma format and depth of the parameter sets', () => {
    const avcC = buildAvcC(PARAMETER_SETS);
    expect([...avcC.subarray(0, 6)]).toEqual([1, 0x64, 0, 0x0a, 255, 0xe1]);
    expect([...avcC.subarray(-4)]).toEqual([0xfd, 0xf8, 0xf8, 0]); // 4:2:0, eight bits twice.
    expect(() => buildAvcC(Buffer.from('00000165', 'hex'))).toThrow(/parameter sets/);
  });
});

describe('the head of a movie', () => {
  it('points at the first byte after itself and counts the bytes that follow', () => {
    const samples = [
      { sizeBytes: 100, isKey: true, dts: 0, pts: 2 },
      { sizeBytes: 50, isKey: false, dts: 2, pts: 2 },
    ];
    const size = { width: 64, height: 48, timescale: 25, sampleAspectRatio: null, rotation: 90, lastDuration: 1 };
    const codec = { fourcc: 'avc1', boxes: [box('avcC', buildAvcC(PARAMETER_SETS))] };
    const head = Buffer.from(movieHead({ ...size, codec, samples }));
    const co64 = head.indexOf('co64');
    expect(Number(head.readBigUInt64BE(co64 + 12))).toBe(head.length);
    expect(head.subarray(-12, -8).toString('latin1')).toBe('mdat');
    expect(Number(head.readBigUInt64BE(head.length - 8))).toBe(150 + 16);
  });
});
