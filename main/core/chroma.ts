import { pixelFormatInfo, planeSizes } from './pixel-format.ts';
import type { PixelFormat } from './pixel-format.ts';
import { createPlaneResampler } from './plane-resampler.ts';
import type { MakeResampler, PlaneResampler } from './plane-resampler.ts';
import type { LineMapping } from './resample-taps.ts';

/** A stream's chroma grid. */
export interface ChromaGrid {
  readonly pixelFormat: PixelFormat;
  /** Size of the picture (luma). */
  readonly width: number;
  readonly height: number;
  /** ffmpeg's `chroma_location`; unknown counts as left, where H.264 and HEVC put it by default. */
  readonly chromaLocation: string | null;
}

/**
 * Resamples chroma planes from one grid to another so that colour stays where luma is. Luma of `to` is `scale` times
 * luma of `from`, aligned at picture edges (as super-resolution models do); `scale` 1 changes the subsampling alone.
 */
export function createChromaResampler(
  from: ChromaGrid,
  to: ChromaGrid,
  scale: number,
  makeFast?: MakeResampler,
): PlaneResampler {
  const source = chromaSize(from);
  const target = chromaSize(to);
  const [fromX, fromY] = chromaOffsets(from);
  const [toX, toY] = chromaOffsets(to);
  const across = mapLine({ offset: fromX, size: source.width }, { offset: toX, size: target.width }, scale);
  const down = mapLine({ offset: fromY, size: source.height }, { offset: toY, size: target.height }, scale);
  return createPlaneResampler(across, down, pixelFormatInfo(from.pixelFormat).bitDepth, makeFast);
}

/** One axis of a chroma plane: luma samples between chroma samples, and where the first of them lies. */
interface ChromaOffset {
  readonly spacing: number;
  readonly first: number;
}

function mapLine(
  from: { offset: ChromaOffset; size: number },
  to: { offset: ChromaOffset; size: number },
  scale: number,
): LineMapping {
  // Output chroma sample → output luma position → input luma position (edges aligned) → input chroma sample.
  const lumaOrigin = (to.offset.first + 0.5) / scale - 0.5;
  return {
    inLength: from.size,
    outLength: to.size,
    step: to.offset.spacing / scale / from.offset.spacing,
    origin: (lumaOrigin - from.offset.first) / from.offset.spacing,
  };
}

/** Chroma positions across and down, in luma samples. A direction that is not subsampled has luma's own phase. */
function chromaOffsets({ pixelFormat, chromaLocation }: ChromaGrid): [ChromaOffset, ChromaOffset] {
  const { chromaShiftX, chromaShiftY } = pixelFormatInfo(pixelFormat);
  const location = chromaLocation ?? 'left';
  const centred = location === 'center' || location === 'top' || location === 'bottom';
  const row = location.startsWith('top') ? 0 : location.startsWith('bottom') ? 1 : 0.5;
  return [offsetAt(chromaShiftX, centred ? 0.5 : 0), offsetAt(chromaShiftY, row)];
}

function offsetAt(shift: number, share: number): ChromaOffset {
  const spacing = 2 ** shift;
  return { spacing, first: (spacing - 1) * share };
}

function chromaSize({ pixelFormat, width, height }: ChromaGrid): { width: number; height: number } {
  const size = planeSizes(pixelFormat, width, height)[1];
  if (!size) throw new RangeError(`expected a format with chroma but got ${pixelFormat}`);
  return size;
}
