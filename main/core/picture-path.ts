import { createChromaResampler } from './chroma.ts';
import type { Frame, FrameFormat, Plane } from './frame.ts';
import { pixelFormatInfo } from './pixel-format.ts';
import type { MakeResampler, PlaneResampler } from './plane-resampler.ts';

/** One frame on its way through a {@link PicturePath}. */
export interface PictureJob {
  /** What the model gets and fills. */
  readonly input: readonly Plane[];
  readonly output: readonly Plane[];
  /** Everything that does not wait for the model. */
  beside(): void;
  /** Everything that does. */
  complete(): void;
}

/** How pictures reach a model of one colour and come back: all the work on samples that is not the model's. */
export interface PicturePath {
  begin(input: Frame, output: Frame): PictureJob;
}

/** Source and target of a job's pictures; target luma is `scale` times source luma. */
export interface PathFormats {
  readonly source: FrameFormat;
  readonly target: FrameFormat;
  readonly scale: number;
  readonly makeResampler?: MakeResampler | undefined;
}

/**
 * Luma straight into the model and straight into the output frame; chroma through a resampler beside it. Nothing is
 * ever converted to RGB.
 */
export function createLumaPath(formats: PathFormats): PicturePath {
  const { source, target } = formats;
  const from = pixelFormatInfo(source.pixelFormat);
  const to = pixelFormatInfo(target.pixelFormat);
  if (from.family === 'rgb' || to.family === 'rgb' || from.bitDepth !== to.bitDepth) {
    throw new RangeError(`expected luma planes of one depth but got ${source.pixelFormat} to ${target.pixelFormat}`);
  }
  const resampler = from.family === 'yuv' && to.family === 'yuv' ? planResampler(formats) : null;
  const neutral = 2 ** (to.bitDepth - 1);
  return {
    begin: (input, output) => ({
      input: input.planes.slice(0, 1),
      output: output.planes.slice(0, 1),
      beside() {
        for (let plane = 1; plane < output.planes.length; plane++) {
          if (resampler) resampler.resample(input.planes[plane]!, output.planes[plane]!);
          else output.planes[plane]!.data.fill(neutral);
        }
      },
      complete: () => undefined,
    }),
  };
}

function planResampler({ source, target, scale, makeResampler }: PathFormats): PlaneResampler {
  const grid = ({ pixelFormat, width, height, color }: FrameFormat) => ({
    ...{ pixelFormat, width, height },
    chromaLocation: color.chromaLocation,
  });
  return createChromaResampler(grid(source), grid(target), scale, makeResampler);
}
