import { createChromaResampler } from './chroma.ts';
import type { Frame, FrameFormat, Plane } from './frame.ts';
import { pixelFormatInfo } from './pixel-format.ts';
import { createPlaneResampler } from './plane-resampler.ts';
import type { MakeResampler, PlaneResampler } from './plane-resampler.ts';

/** What the model gets at once, and fills. */
export interface ModelPass {
  readonly input: readonly Plane[];
  readonly output: readonly Plane[];
}

/** One frame on its way through a {@link PicturePath}. */
export interface PictureJob extends ModelPass {
  /** More pictures for the same model: the other planes of planar RGB, for a model of luma. */
  readonly further?: readonly ModelPass[];
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
 * Luma straight into the model and straight into the output frame; chroma and alpha through resamplers beside it. Nothing
 * is ever converted: the planes of planar RGB go through the model one after another, like three grey pictures.
 */
export function createLumaPath(formats: PathFormats): PicturePath {
  const { source, target } = formats;
  const from = pixelFormatInfo(source.pixelFormat);
  const to = pixelFormatInfo(target.pixelFormat);
  if ((from.family === 'rgb') !== (to.family === 'rgb') || from.bitDepth !== to.bitDepth) {
    throw new RangeError(`expected luma planes of one depth but got ${source.pixelFormat} to ${target.pixelFormat}`);
  }
  const throughModel = from.family === 'rgb' ? 3 : 1;
  const beside = createBesidePath(formats, throughModel);
  return {
    begin(input, output) {
      const pass = (plane: number) => ({ input: [input.planes[plane]!], output: [output.planes[plane]!] });
      return {
        ...pass(0),
        further: Array.from({ length: throughModel - 1 }, (_, i) => pass(i + 1)),
        beside: () => beside(input, output),
        complete: () => undefined,
      };
    },
  };
}

/** Fills the planes from `first` on, which no luma model sees: chroma, and alpha in the end. */
function createBesidePath(formats: PathFormats, first: number): (input: Frame, output: Frame) => void {
  const from = pixelFormatInfo(formats.source.pixelFormat);
  const to = pixelFormatInfo(formats.target.pixelFormat);
  const chroma = from.family === 'yuv' && to.family === 'yuv' ? planResampler(formats) : null;
  const alpha = to.hasAlpha ? createAlphaResampler(formats) : null;
  const neutral = 2 ** (to.bitDepth - 1);
  return (input, output) => {
    const last = output.planes.length - 1;
    for (let plane = first; plane <= last; plane++) {
      if (alpha && plane === last) alpha.resample(input.planes.at(-1)!, output.planes[last]!);
      else if (chroma) chroma.resample(input.planes[plane]!, output.planes[plane]!);
      else output.planes[plane]!.data.fill(neutral);
    }
  };
}

function planResampler({ source, target, scale, makeResampler }: PathFormats): PlaneResampler {
  const grid = ({ pixelFormat, width, height, color }: FrameFormat) => ({
    ...{ pixelFormat, width, height },
    chromaLocation: color.chromaLocation,
  });
  return createChromaResampler(grid(source), grid(target), scale, makeResampler);
}

/** Alpha has luma's size and its phase: edges stay aligned. */
export function createAlphaResampler({ source, target, scale }: PathFormats): PlaneResampler {
  const line = (inLength: number, outLength: number) => ({
    ...{ inLength, outLength, step: 1 / scale },
    origin: 0.5 / scale - 0.5,
  });
  const { bitDepth } = pixelFormatInfo(source.pixelFormat);
  return createPlaneResampler(line(source.width, target.width), line(source.height, target.height), bitDepth);
}
