import { describe, expect, it } from 'vitest';
import { createChromaResampler } from '../../../main/core/chroma.ts';
import type { Plane, Samples } from '../../../main/core/frame.ts';
import { pixelFormatInfo, planeSizes } from '../../../main/core/pixel-format.ts';
import type { PixelFormat } from '../../../main/core/pixel-format.ts';

const WIDTH = 64;
const HEIGHT = 48;

function makePlane(width: number, height: number, bitDepth: number, valueAt: (x: number, y: number) => number): Plane {
  const data: Samples = bitDepth > 8 ? new Uint16Array(width * height) : new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++) data[i] = Math.round(valueAt(i % width, Math.floor(i / width)));
  return { data, width, height, stride: width };
}

function chromaOf(format: PixelFormat, width: number, height: number, valueAt: (x: number, y: number) => number) {
  const size = planeSizes(format, width, height)[1]!;
  return makePlane(size.width, size.height, pixelFormatInfo(format).bitDepth, valueAt);
}

/** Chroma sites as H.264 annex E draws them, as shares of the way from the first to the last luma sample they stand for. */
const SITES: Record<string, [number, number]> = {
  left: [0, 0.5],
  center: [0.5, 0.5],
  topleft: [0, 0],
  top: [0.5, 0],
  bottomleft: [0, 1],
  bottom: [0.5, 1],
};

/** Where a rising edge lies, in samples, by the area left of it: rounding of single samples averages out. */
function edgeOf(line: readonly number[]): number {
  const [low, high] = [line[0]!, line.at(-1)!];
  return line.reduce((area, value) => area + (high - value) / (high - low), 0) - 0.5;
}

/** How far edges move, in output luma samples; the mean of some, because one edge also shows the samples' rounding. */
function meanShift(format: PixelFormat, location: string | null, scale: number, axis: 0 | 1): number {
  const edges = [20.6, 21.3, 22.1, 23.4];
  return edges.reduce((sum, edge) => sum + edgeShift(format, location, scale, axis, edge), 0) / edges.length;
}

/** A soft edge at luma position `edge`, sampled at the chroma sites and resampled. */
function edgeShift(format: PixelFormat, location: string | null, scale: number, axis: 0 | 1, edge: number): number {
  const { bitDepth, chromaShiftX, chromaShiftY } = pixelFormatInfo(format);
  const shift = axis === 0 ? chromaShiftX : chromaShiftY;
  const spacing = 2 ** shift;
  const site = (spacing - 1) * SITES[location ?? 'left']![axis];
  const profile = (luma: number): number => {
    const t = Math.max(-1, Math.min(1, (luma - edge) / (3 * spacing)));
    return 2 ** (bitDepth - 8) * (128 + 102 * Math.sin((t * Math.PI) / 2));
  };
  const input = chromaOf(format, WIDTH, HEIGHT, (x, y) => profile((axis === 0 ? x : y) * spacing + site));
  const output = chromaOf(format, WIDTH * scale, HEIGHT * scale, () => 0);
  const grid = { pixelFormat: format, chromaLocation: location };
  createChromaResampler(
    { ...grid, width: WIDTH, height: HEIGHT },
    { ...grid, width: WIDTH * scale, height: HEIGHT * scale },
    scale,
  ).resample(input, output);
  const length = axis === 0 ? output.width : output.height;
  const line = Array.from({ length }, (_, i) =>
    axis === 0 ? output.data[7 * output.stride + i]! : output.data[i * output.stride + 7]!,
  );
  const found = edgeOf(line) * spacing + site;
  return found - ((edge + 0.5) * scale - 0.5);
}

describe('chroma resampler', () => {
  const formats: PixelFormat[] = ['yuv420p', 'yuv422p', 'yuv444p', 'yuv411p', 'yuv420p10le'];
  for (const format of formats) {
    for (const scale of [2, 3, 4]) {
      it(`keeps a coloured edge within 1/16 pixel: ${format} x${String(scale)}`, () => {
        for (const location of [null, ...Object.keys(SITES)]) {
          expect(Math.abs(meanShift(format, location, scale, 0)), `across, ${String(location)}`).toBeLessThan(1 / 16);
          expect(Math.abs(meanShift(format, location, scale, 1)), `down, ${String(location)}`).toBeLessThan(1 / 16);
        }
      });
    }
  }

  it('tells a left edge from a centred one', () => {
    const from = { pixelFormat: 'yuv420p', width: WIDTH, height: HEIGHT, chromaLocation: 'left' } as const;
    const to = { ...from, width: WIDTH * 2, height: HEIGHT * 2 };
    const ramp = chromaOf('yuv420p', WIDTH, HEIGHT, (x) => 7 * x);
    const left = chromaOf('yuv420p', WIDTH * 2, HEIGHT * 2, () => 0);
    const centre = chromaOf('yuv420p', WIDTH * 2, HEIGHT * 2, () => 0);
    createChromaResampler(from, to, 2).resample(ramp, left);
    createChromaResampler({ ...from, chromaLocation: 'center' }, { ...to, chromaLocation: 'center' }, 2).resample(
      ramp,
      centre,
    );
    expect(left.data[32]! - centre.data[32]!).toBe(1); // 7 · (1/4 - 1/8) of a chroma sample
  });

  it('keeps flat areas exactly flat, at every depth and every odd size', () => {
    for (const format of ['yuv420p', 'yuv422p10le', 'yuv444p12le', 'yuv410p'] as const) {
      const { bitDepth } = pixelFormatInfo(format);
      for (const [width, height] of [
        [161, 121],
        [5, 3],
        [1, 1],
      ] as const) {
        for (const value of [0, 1, 127, 2 ** bitDepth - 1]) {
          const input = chromaOf(format, width, height, () => value);
          const output = chromaOf(format, width * 3, height * 3, () => 55);
          const grid = { pixelFormat: format, chromaLocation: null };
          createChromaResampler(
            { ...grid, width, height },
            { ...grid, width: width * 3, height: height * 3 },
            3,
          ).resample(input, output);
          expect(new Set(output.data)).toEqual(new Set([value]));
        }
      }
    }
  });

  it('gives ceil(w/2) chroma samples of an odd size', () => {
    expect(planeSizes('yuv420p', 483, 363)[1]).toEqual({ width: 242, height: 182 });
  });

  it('changes the subsampling alone at scale 1', () => {
    const from = { pixelFormat: 'yuv444p', width: WIDTH, height: HEIGHT, chromaLocation: null } as const;
    const full = chromaOf('yuv444p', WIDTH, HEIGHT, (x) => 3 * x);
    const half = chromaOf('yuv420p', WIDTH, HEIGHT, () => 0);
    createChromaResampler(from, { ...from, pixelFormat: 'yuv420p' }, 1).resample(full, half);
    expect(half.data[20]).toBe(3 * 40);
    const again = chromaOf('yuv444p', WIDTH, HEIGHT, () => 0);
    createChromaResampler({ ...from, pixelFormat: 'yuv420p' }, from, 1).resample(half, again);
    expect([...again.data.slice(10, 50)]).toEqual([...full.data.slice(10, 50)]);
  });

  it('overshoots neither below zero nor above the greatest code', () => {
    for (const format of ['yuv444p', 'yuv444p10le'] as const) {
      const top = 2 ** pixelFormatInfo(format).bitDepth - 1;
      const grid = { pixelFormat: format, chromaLocation: null };
      const input = chromaOf(format, 16, 16, (x) => (x < 8 ? 0 : top));
      const output = chromaOf(format, 32, 32, () => 0);
      createChromaResampler({ ...grid, width: 16, height: 16 }, { ...grid, width: 32, height: 32 }, 2).resample(
        input,
        output,
      );
      expect([output.data[0], output.data[13], output.data[18], output.data[31]]).toEqual([0, 0, top, top]);
    }
  });
});
