import { imresize } from '../../core/quality/imresize.ts';
import { roundToU8, toFloat64, type Raster8, type RasterF64 } from '../../core/quality/raster.ts';
import type { ResizeKernel } from '../../core/quality/resize-taps.ts';

/** What a table says of whatever made the larger picture. */
export interface UpscalerFacts {
  readonly model: string;
  /** Null for a fixed kernel. */
  readonly runtime: string | null;
  readonly dataType: string;
  readonly scale: number;
  /** Multiply-adds for a 1280x720 output; null where there is no network. */
  readonly keptMacs720p: number | null;
  readonly denseMacs720p: number | null;
  readonly parameters: number | null;
}

/** Makes a luma plane `scale` times as wide and as high. One call at a time. */
export interface Upscaler {
  readonly facts: UpscalerFacts;
  /** @param lr luma in code values; what takes 8 bit only rounds it first */
  upscale(lr: RasterF64): Promise<Raster8>;
  close(): Promise<void>;
}

/** A fixed kernel, MATLAB's way: the yardsticks of every table. */
export function createKernelUpscaler(model: 'bicubic' | 'lanczos', scale: number): Upscaler {
  const kernel: ResizeKernel = model === 'lanczos' ? 'lanczos3' : 'bicubic';
  return {
    facts: {
      model,
      runtime: null,
      dataType: 'f64',
      scale,
      keptMacs720p: null,
      denseMacs720p: null,
      parameters: null,
    },
    upscale: (lr) => Promise.resolve(roundToU8(imresize(lr, scale, { kernel }))),
    close: () => Promise.resolve(),
  };
}

/** 8-bit luma as {@link Upscaler.upscale} takes it. */
export function lumaFromU8(width: number, height: number, samples: Uint8Array): RasterF64 {
  return toFloat64({ width, height, channels: 1, data: samples });
}
