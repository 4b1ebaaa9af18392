import { basename } from 'node:path';
import { PICTURES_IN_FLIGHT, readPictures } from '../../../adapters/ffmpeg/compare/picture-stream.ts';
import type { PicturePlane, PictureSource } from '../../../adapters/ffmpeg/compare/picture-stream.ts';
import { vmafOfClips } from '../../../adapters/ffmpeg/compare/vmaf-of-clips.ts';
import { probeMedia } from '../../../adapters/ffmpeg/probe.ts';
import type { FfmpegTools } from '../../../adapters/ffmpeg/tools.ts';
import { createNativeComparer } from '../../../adapters/runtimes/sparse/similarity.ts';
import type { PlanePair, PlaneSimilarity } from '../../../adapters/runtimes/sparse/similarity.ts';
import { AppError } from '../../../core/errors.ts';
import { pixelFormatInfo } from '../../../core/pixel-format.ts';
import { msSsim, requireMsSsimSize } from '../../../core/quality/ms-ssim.ts';
import { meanSquaredError } from '../../../core/quality/psnr.ts';
import { rgbError } from '../../../core/quality/rgb-error.ts';
import type { ColouredPicture } from '../../../core/quality/rgb-error.ts';
import { ssim } from '../../../core/quality/ssim.ts';
import { alignClips } from './align-clips.ts';
import type { PairOptions } from './compare-pairs.ts';
import type { Pair } from './pair-up.ts';
import { findWorst, meanOf, psnrOf, sumUpPlane } from './scores.ts';
import type { FrameScore, PairRow } from './scores.ts';

/** Two clips, frame by frame by their number, in constant memory but for some numbers a frame. */
export async function compareClipPair(pair: Pair, tools: FfmpegTools, options: PairOptions): Promise<PairRow> {
  const [a, b] = await Promise.all([probeMedia(tools, pair.reference), probeMedia(tools, pair.candidate)]);
  const { pixelFormat, filters, steps } = alignClips(a, b, options.align);
  if (options.crop > 0) throw new AppError('wrong-usage', 'expected --crop with pictures but got clips');
  const { width, height } = a.video;
  if (options.msSsim) requireMsSsimSize(width, height);
  if (options.rgb === true && options.lumaOnly)
    throw new AppError('wrong-usage', 'expected all planes for RGB but got luma alone');
  const shared = { tools, width, height, pixelFormat, lumaOnly: options.lumaOnly };
  const sources = [
    { ...shared, path: pair.reference, filters: [] },
    { ...shared, path: pair.candidate, filters },
  ] as const;
  const { bitDepth, family, hasAlpha } = pixelFormatInfo(pixelFormat);
  const peak = 2 ** bitDepth - 1;
  const format = { pixelFormat, width, height, color: a.video.color };
  const formats = [format, { ...format, color: { ...b.video.color, range: a.video.color.range } }] as const;
  const { scores, rgbErrors, isUneven } = await scoreFrames(sources, peak, options, formats);
  const names = family === 'gray' || options.lumaOnly ? ['y'] : hasAlpha ? ['y', 'u', 'v', 'a'] : ['y', 'u', 'v'];
  const planes = names.map((name, p) =>
    sumUpPlane(
      name,
      scores.map(({ meanSquaredErrors }) => meanSquaredErrors[p]!),
      peak,
    ),
  );
  return {
    ...{ ...pair, width, height, pixelFormat, crop: 0, frames: scores.length, planes, scores, filters },
    psnrRgb: options.rgb === true ? sumUpPlane('rgb', rgbErrors, peak).psnr : null,
    aligned: isUneven ? [...steps, `the first ${scores.length} frames of both`] : steps,
    psnrY: planes[0]!.psnr,
    ssimY: meanOf(scores.map(({ ssimY }) => ssimY)),
    msSsimY: options.msSsim ? meanOf(scores.map(({ msSsimY }) => msSsimY!)) : null,
    vmaf: options.vmaf ? await vmafOfClips(tools, [pair.reference, pair.candidate], filters) : null,
    worst: findWorst(scores, options.worst),
  };
}

/** Without the engine the definition itself computes, slowly. */
function comparePlane(pair: PlanePair): Promise<PlaneSimilarity> {
  const { width, height, peak } = pair;
  const [x, y] = [
    { width, height, data: pair.reference },
    { width, height, data: pair.candidate },
  ];
  return Promise.resolve({
    meanSquaredError: meanSquaredError(x, y),
    ssim: ssim(x, y, 0, peak),
    msSsim: pair.msSsim ? msSsim(x, y, peak) : null,
  });
}

async function scoreFrames(
  [reference, candidate]: readonly [PictureSource, PictureSource],
  peak: number,
  options: PairOptions,
  formats: readonly [ColouredPicture['format'], ColouredPicture['format']],
): Promise<{ scores: FrameScore[]; rgbErrors: number[]; isUneven: boolean }> {
  const compareLuma = createNativeComparer() ?? comparePlane;
  const [originals, others] = [readPictures(reference), readPictures(candidate)];
  const scores: FrameScore[] = [];
  const rgbErrors: number[] = [];
  const open: Promise<void>[] = [];
  try {
    for (;;) {
      const [a, b] = await Promise.all([originals.next(), others.next()]);
      if (a.done === true || b.done === true) {
        await Promise.all(open);
        if (a.done !== b.done && !options.align) throw unevenError(candidate, scores.length, a.done === true);
        if (scores.length === 0)
          throw new AppError('input-unsupported', `expected frames in ${reference.path} but got none`);
        return { scores, rgbErrors, isUneven: a.done !== b.done };
      }
      const frame = scores.length;
      scores.push({ frame, meanSquaredErrors: [], psnrY: null, ssimY: 0, msSsimY: null });
      const work = scoreFrame(frame, a.value, b.value).then((score) => void (scores[frame] = score));
      work.catch(() => undefined); // Told when it is awaited.
      open.push(work);
      if (open.length >= PICTURES_IN_FLIGHT) await open.shift();
      if (frame % 25 === 0) options.onProgress?.(basename(candidate.path), frame, null);
    }
  } finally {
    await Promise.allSettled(open);
    await Promise.all([originals.return(undefined), others.return(undefined)]);
  }

  async function scoreFrame(
    frame: number,
    a: readonly PicturePlane[],
    b: readonly PicturePlane[],
  ): Promise<FrameScore> {
    const [luma, ...chroma] = a.map((plane, p) => ({ ...plane, candidate: b[p]!.data }));
    const { width, height, data, candidate: other } = luma!;
    const planes = { reference: data, candidate: other, width, height, peak, msSsim: options.msSsim };
    const similarity = await compareLuma(planes);
    if (options.rgb === true) rgbErrors[frame] = rgbError(coloured(a, formats[0]), coloured(b, formats[1]));
    const errors = chroma.map((plane) => meanSquaredError(plane, { ...plane, data: plane.candidate }));
    return {
      frame,
      meanSquaredErrors: [similarity.meanSquaredError, ...errors],
      psnrY: psnrOf(similarity.meanSquaredError, peak),
      ssimY: similarity.ssim,
      msSsimY: similarity.msSsim,
    };
  }
}

function coloured(planes: readonly PicturePlane[], format: ColouredPicture['format']): ColouredPicture {
  return { planes: planes.map((plane) => ({ ...plane, stride: plane.width })), format };
}

function unevenError({ path }: PictureSource, frames: number, isLonger: boolean): AppError {
  const found = isLonger ? 'more' : `only ${frames}`;
  const message = `expected ${basename(path)} to have as many frames as the reference but it has ${found} (--align compares the common ones)`;
  return new AppError('input-unsupported', message);
}
