import { createChromaResampler } from './chroma.ts';
import { createRgbToYuv, createYuvToRgb, resolveMatrix } from './color-convert.ts';
import type { ConvertPlanes } from './color-convert.ts';
import type { Frame, FrameFormat, Plane } from './frame.ts';
import { createAlphaResampler } from './picture-path.ts';
import type { PathFormats, PicturePath } from './picture-path.ts';
import { pixelFormatInfo } from './pixel-format.ts';
import type { PixelFormat } from './pixel-format.ts';

/**
 * The way through a model that takes and gives R, G, B: chroma up to luma's size, matrix and range of the stream, the
 * model, and all of it back. Planar RGB frames go straight in and out.
 */
export function createRgbPath(formats: PathFormats): PicturePath {
  const { source, target } = formats;
  const enter = makeEntry(source);
  const leave = makeExit(target);
  const alpha = pixelFormatInfo(target.pixelFormat).hasAlpha ? createAlphaResampler(formats) : null;
  return {
    begin(input, output) {
      const rgb = enter.open(input);
      const upscaled = leave.open(output);
      return {
        input: rgb,
        output: upscaled,
        beside: () => alpha?.resample(input.planes.at(-1)!, output.planes.at(-1)!),
        complete() {
          enter.close(rgb);
          leave.close(upscaled, output);
        },
      };
    },
  };
}

/** Lends R, G, B planes for one frame. */
interface Gate {
  open(frame: Frame): readonly Plane[];
  close(rgb: readonly Plane[], frame?: Frame): void;
}

const straight: Gate = { open: ({ planes }) => asRgb(planes), close: () => undefined };

/** Frame → R, G, B planes. */
function makeEntry(format: FrameFormat): Gate {
  if (pixelFormatInfo(format.pixelFormat).family === 'rgb') return straight;
  const { convert, resample } = makeConversion(format, 'toRgb');
  const pool = new PlanePool(format);
  return {
    open({ planes }) {
      const chroma = pool.take(2);
      if (pixelFormatInfo(format.pixelFormat).family === 'gray') neutralise(chroma, format);
      else resample(planes.slice(1, 3), chroma);
      const rgb = pool.take(3);
      convert([planes[0]!, ...chroma], rgb);
      pool.give(chroma);
      return rgb;
    },
    close: (rgb) => pool.give(rgb),
  };
}

/** R, G, B planes for the model to write, and from them the frame. */
function makeExit(format: FrameFormat): Gate {
  if (pixelFormatInfo(format.pixelFormat).family === 'rgb') return straight;
  const { convert, resample } = makeConversion(format, 'toYuv');
  const pool = new PlanePool(format);
  return {
    open: () => pool.take(3),
    close(rgb, frame) {
      const planes = frame?.planes ?? [];
      const chroma = pool.take(2);
      convert(rgb, [planes[0]!, ...chroma]);
      if (planes.length >= 3) resample(chroma, planes.slice(1, 3));
      pool.give([...rgb, ...chroma]);
    },
  };
}

interface Conversion {
  readonly convert: ConvertPlanes;
  /** Chroma planes to luma's size (`toRgb`), or back (`toYuv`). */
  readonly resample: (from: readonly Plane[], to: readonly Plane[]) => void;
}

function makeConversion(format: FrameFormat, direction: 'toRgb' | 'toYuv'): Conversion {
  const { pixelFormat, width, height, color } = format;
  const { bitDepth, impliesFullRange, family } = pixelFormatInfo(pixelFormat);
  const matrix = resolveMatrix(color, width, height);
  const range = { bitDepth, full: color.range === null ? impliesFullRange : color.range === 'pc' };
  const convert = direction === 'toRgb' ? createYuvToRgb(matrix, range) : createRgbToYuv(matrix, range);
  if (family === 'gray') return { convert, resample: () => undefined };
  const stored = { pixelFormat, width, height, chromaLocation: color.chromaLocation };
  const full = { ...stored, pixelFormat: FULL_SIZE[bitDepth] ?? 'yuv444p' };
  const [from, to] = direction === 'toRgb' ? [stored, full] : [full, stored];
  const resampler = createChromaResampler(from, to, 1);
  return { convert, resample: (input, output) => input.forEach((plane, i) => resampler.resample(plane, output[i]!)) };
}

const FULL_SIZE: Readonly<Record<number, PixelFormat>> = { 8: 'yuv444p', 10: 'yuv444p10le', 12: 'yuv444p12le' };

/** ffmpeg keeps planar RGB as G, B, R. */
function asRgb([g, b, r]: readonly Plane[]): readonly Plane[] {
  return [r!, g!, b!];
}

function neutralise(chroma: readonly Plane[], { pixelFormat }: FrameFormat): void {
  for (const { data } of chroma) data.fill(2 ** (pixelFormatInfo(pixelFormat).bitDepth - 1));
}

/** Planes of the picture's full size in shared memory, so that the model's thread sees them. */
class PlanePool {
  readonly #format: FrameFormat;
  #idle: Plane[] = [];

  constructor(format: FrameFormat) {
    this.#format = format;
  }

  take(count: number): Plane[] {
    return Array.from({ length: count }, () => this.#idle.pop() ?? this.#make());
  }

  give(planes: readonly Plane[]): void {
    this.#idle.push(...planes);
  }

  #make(): Plane {
    const { pixelFormat, width, height } = this.#format;
    const deep = pixelFormatInfo(pixelFormat).bitDepth > 8;
    const buffer = new SharedArrayBuffer(width * height * (deep ? 2 : 1));
    return { data: deep ? new Uint16Array(buffer) : new Uint8Array(buffer), width, height, stride: width };
  }
}
