import { describe, expect, it } from 'vitest';
import type { ColorInfo } from '../../../main/core/color.ts';
import { Frame } from '../../../main/core/frame.ts';
import type { Samples } from '../../../main/core/frame.ts';
import { frameToRgb } from '../../../main/core/frame-to-rgb.ts';
import type { PixelFormat } from '../../../main/core/pixel-format.ts';
import { TimingSlices } from '../../../main/core/timing-slices.ts';

const COLOR: ColorInfo = { range: 'tv', matrix: 'bt709', primaries: null, transfer: null, chromaLocation: null };

/** A 2x2 frame of one colour. */
function flat(pixelFormat: PixelFormat, codes: readonly number[], color: Partial<ColorInfo> = {}): Frame {
  const deep = pixelFormat.endsWith('10le');
  const planes = codes.map((code, i) => {
    const side = i > 0 && pixelFormat.startsWith('yuv420') ? 1 : 2;
    const data: Samples = new (deep ? Uint16Array : Uint8Array)(side * side).fill(code);
    return { data, width: side, height: side, stride: side };
  });
  const format = { pixelFormat, width: 2, height: 2, timeBase: { num: 1, den: 25 }, color: { ...COLOR, ...color } };
  return new Frame({ index: 0, pts: 0, duration: null, format, planes });
}

function show(frame: Frame): { rgb: number[]; toneMapped: boolean } {
  const { data, toneMapped } = frameToRgb(frame);
  frame.close();
  expect(data).toHaveLength(12);
  return { rgb: [...data.subarray(9)], toneMapped };
}

describe('frameToRgb', () => {
  it.each<[string, PixelFormat, number[], Partial<ColorInfo>, number[]]>([
    ['studio black', 'yuv420p', [16, 128, 128], {}, [0, 0, 0]],
    ['studio white', 'yuv420p', [235, 128, 128], {}, [255, 255, 255]],
    ['full-range grey', 'yuvj420p', [128, 128, 128], { range: null }, [128, 128, 128]],
    ['BT.709 red', 'yuv444p', [63, 102, 240], {}, [255, 1, 0]],
    ['ten bit', 'yuv420p10le', [940, 512, 512], {}, [255, 255, 255]],
    ['grey', 'gray', [235], {}, [255, 255, 255]],
    ['planar G, B, R', 'gbrp', [1, 2, 3], {}, [3, 1, 2]],
  ])('shows %s', (_, pixelFormat, codes, color, expected) => {
    expect(show(flat(pixelFormat, codes, color))).toEqual({ rgb: expected, toneMapped: false });
  });

  it.each(['smpte2084', 'arib-std-b67'])(
    'squeezes the light of %s without clipping or turning it round',
    (transfer) => {
      const hdr = { matrix: 'bt2020nc', transfer };
      const levels = [64, 300, 500, 700, 940].map((code) => show(flat('yuv420p10le', [code, 512, 512], hdr)));
      expect(levels.every(({ toneMapped }) => toneMapped)).toBe(true);
      const greens = levels.map(({ rgb }) => rgb[1]!);
      expect(greens[0]).toBe(0);
      expect(greens).toEqual([...greens].sort((a, b) => a - b));
      expect(new Set(greens).size).toBe(5);
    },
  );
});

describe('TimingSlices', () => {
  const row = (lane: string, compute: number) => ({
    ...{ index: 0, ptsSeconds: 0, lane, decodeWait: 1, queue: 0, send: 0, compute, chroma: 100, receive: 0 },
    ...{ reorder: 0, encodeWait: 0 },
  });

  it('cuts what came since the last slice', () => {
    const slices = new TimingSlices();
    for (let i = 1; i <= 100; i++) slices.add(row(i % 4 === 0 ? 'phone' : 'cpu', i));
    const first = slices.cut(2);
    expect(first).toMatchObject({ atSeconds: 2, frames: 100, framesPerSecond: 50, lanes: { cpu: 75, phone: 25 } });
    expect(first.meanMs).toMatchObject({ decodeWait: 1, compute: 50.5, chroma: 100 });
    expect([first.p50, first.p95, first.p99]).toEqual([51, 96, 100]);
    slices.add(row('cpu', 7));
    expect(slices.cut(3)).toMatchObject({ frames: 1, framesPerSecond: 1, lanes: { cpu: 1 }, meanMs: { compute: 7 } });
    expect(slices.cut(4)).toMatchObject({ frames: 0, framesPerSecond: 0, lanes: {}, meanMs: { compute: 0 } });
  });
});
