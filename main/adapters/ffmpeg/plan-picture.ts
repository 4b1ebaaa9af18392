import type { ColorInfo } from '../../core/color.ts';
import { AppError } from '../../core/errors.ts';
import type { MediaInfo, VideoTrack } from '../../core/media.ts';
import type { OutputContainer, OutputRequest, PicturePlan, SourcePlan } from '../../core/output-plan.ts';
import { isPixelFormat, pixelFormatInfo } from '../../core/pixel-format.ts';
import type { PixelFormat } from '../../core/pixel-format.ts';
import type { TimeBase } from '../../core/time-base.ts';
import type { Capabilities } from './tools.ts';

/** x264 and its levels end here. */
const LARGEST_SIDE = 16384;

export interface PictureChoice {
  readonly source: Omit<SourcePlan, 'offsetSeconds' | 'seekSeconds'>;
  readonly picture: PicturePlan;
  readonly notes: readonly string[];
}

/** How the picture is decoded, turned, padded and tagged. @throws AppError `input-unsupported` for what is refused */
export function planPicture(
  media: MediaInfo,
  request: OutputRequest,
  container: OutputContainer,
  capabilities: Capabilities,
): PictureChoice {
  const { video } = media;
  refuseHdr(media);
  const notes: string[] = [];
  const decodedPixelFormat = checkFormat(media);
  const pixelFormat = withoutAlpha(decodedPixelFormat, notes);
  checkEncoder(media, pixelFormat, capabilities);
  const rotation = planRotation(video, container, capabilities, notes);
  const turned = rotation.how === 'pixels' ? rotation.degrees : 0;
  const filters = [...deinterlaceFilters(media, capabilities, notes), ...turnFilters(media, turned, pixelFormat)];
  const color = turnChroma(fullRange(video), turned);
  const isSideways = turned === 90 || turned === 270;
  const [width, height] = isSideways ? [video.height, video.width] : [video.width, video.height];
  const size = { width: width * request.scale, height: height * request.scale };
  checkSize(size.width, size.height);
  const aspect = video.sampleAspectRatio;
  const sampleAspectRatio = aspect !== null && isSideways ? { num: aspect.den, den: aspect.num } : aspect;
  const { codedWidth, codedHeight } = padSize(size.width, size.height, pixelFormat, notes);
  return {
    source: {
      streamIndex: video.index,
      width,
      height,
      pixelFormat,
      decodedPixelFormat: unnamedRange(decodedPixelFormat),
      timeBase: video.timeBase,
      color,
      filters,
      deinterlaced: video.fieldOrder === 'interlaced',
    },
    picture: {
      ...size,
      codedWidth,
      codedHeight,
      pixelFormat,
      bitDepth: pixelFormatInfo(pixelFormat).bitDepth,
      sampleAspectRatio: reduceAspect(sampleAspectRatio),
      rotation,
      color,
    },
    notes,
  };
}

function refuseHdr({ path, video }: MediaInfo): void {
  if (video.hdr === 'none') return;
  const name = { pq: 'HDR (PQ)', hlg: 'HDR (HLG)', 'dolby-vision': 'Dolby Vision' }[video.hdr];
  throw new AppError(
    'input-unsupported',
    `expected standard dynamic range but ${path} is ${name}, which this version cannot upscale`,
  );
}

function checkFormat({ path, video }: MediaInfo): PixelFormat {
  const name = video.pixelFormat;
  if (isPixelFormat(name) && pixelFormatInfo(name).family !== 'rgb') return name;
  throw new AppError(
    'input-unsupported',
    `expected planar YUV or grey video but ${path} decodes to ${name}, which this version cannot upscale`,
  );
}

function checkEncoder({ path }: MediaInfo, format: PixelFormat, capabilities: Capabilities): void {
  const formats = capabilities.encoders['libx264'];
  if (formats === undefined)
    throw new AppError(
      'ffmpeg-missing',
      `expected an ffmpeg with x264 but ffmpeg ${capabilities.version} has none that works`,
    );
  if (formats.includes(format)) return;
  throw new AppError(
    'input-unsupported',
    `expected a pixel format that this ffmpeg's x264 encodes but ${path} is ${format}`,
  );
}

/** Full range is told by `color.range`, not by a name of its own. */
function unnamedRange(format: PixelFormat): PixelFormat {
  return format.replace('yuvj', 'yuv') as PixelFormat;
}

function fullRange(video: VideoTrack): ColorInfo {
  const isFull = isPixelFormat(video.pixelFormat) && pixelFormatInfo(video.pixelFormat).impliesFullRange;
  return isFull ? { ...video.color, range: 'pc' } : video.color;
}

function withoutAlpha(format: PixelFormat, notes: string[]): PixelFormat {
  if (!pixelFormatInfo(format).hasAlpha) return unnamedRange(format);
  notes.push('The transparency of the source is left out: H.264 has none.');
  return format.replace('yuva', 'yuv') as PixelFormat;
}

function planRotation(
  { rotation: degrees }: VideoTrack,
  container: OutputContainer,
  capabilities: Capabilities,
  notes: string[],
): PicturePlan['rotation'] {
  if (degrees === 0) return { degrees, how: 'none' };
  if (capabilities.rotationIn.includes(container)) return { degrees, how: 'metadata' };
  notes.push(
    `The picture itself is turned by ${String(degrees)} degrees, since this ffmpeg cannot note a turn in a ${container} file.`,
  );
  return { degrees, how: 'pixels' };
}

function deinterlaceFilters({ path, video }: MediaInfo, capabilities: Capabilities, notes: string[]): string[] {
  if (video.fieldOrder !== 'interlaced') return [];
  if (!capabilities.filters.includes('bwdif')) {
    throw new AppError(
      'input-unsupported',
      `expected progressive video but ${path} is interlaced and this ffmpeg has no bwdif`,
    );
  }
  notes.push('The source is interlaced: it is deinterlaced (bwdif, one frame for two fields) before it is upscaled.');
  return ['bwdif=mode=send_frame:parity=auto:deint=all'];
}

function turnFilters({ path }: MediaInfo, degrees: number, format: PixelFormat): string[] {
  if (degrees === 0) return [];
  if (degrees === 180) return ['hflip', 'vflip'];
  const { chromaShiftX, chromaShiftY } = pixelFormatInfo(format);
  if (chromaShiftX !== chromaShiftY) {
    throw new AppError(
      'input-unsupported',
      `expected a pixel format that can be turned but ${path} is ${format}; name an output that ends in .mp4`,
    );
  }
  return [degrees === 90 ? 'transpose=clock' : 'transpose=cclock'];
}

/** Where the chroma samples lie after a turn. What lies on the right has no name in any codec: then nothing is said. */
function turnChroma(color: ColorInfo, degrees: number): ColorInfo {
  if (degrees === 0 || color.chromaLocation === 'center') return color;
  const turned: Readonly<Record<number, string>> = { 90: 'top', 270: 'bottom' };
  const isLeft = color.chromaLocation === null || color.chromaLocation === 'left';
  return { ...color, chromaLocation: isLeft ? (turned[degrees] ?? null) : null };
}

function padSize(
  width: number,
  height: number,
  format: PixelFormat,
  notes: string[],
): { codedWidth: number; codedHeight: number } {
  const { chromaShiftX, chromaShiftY } = pixelFormatInfo(format);
  const codedWidth = Math.ceil(width / 2 ** chromaShiftX) * 2 ** chromaShiftX;
  const codedHeight = Math.ceil(height / 2 ** chromaShiftY) * 2 ** chromaShiftY;
  if (codedWidth !== width || codedHeight !== height) {
    const sizes = `${String(width)}x${String(height)} to ${String(codedWidth)}x${String(codedHeight)}`;
    notes.push(`The picture is padded from ${sizes} by repeating its edge, since H.264 takes even sizes only.`);
  }
  return { codedWidth, codedHeight };
}

function checkSize(width: number, height: number): void {
  if (width <= LARGEST_SIDE && height <= LARGEST_SIDE) return;
  const size = `${String(width)}x${String(height)}`;
  throw new AppError(
    'input-unsupported',
    `expected an output of at most ${String(LARGEST_SIDE)} pixels a side but it would be ${size}`,
  );
}

function reduceAspect(aspect: TimeBase | null): TimeBase | null {
  if (aspect === null) return null;
  let [a, b] = [aspect.num, aspect.den];
  while (b > 0) [a, b] = [b, a % b];
  return { num: aspect.num / a, den: aspect.den / a };
}
