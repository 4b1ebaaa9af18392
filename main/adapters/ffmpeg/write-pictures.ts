/** The last step of a job whose output is pictures: lossless frames in, files out. Argument builders are pure. */
import { join } from 'node:path';
import type { OutputPlan } from '../../core/output-plan.ts';
import type { PicturesPlan } from '../../core/pictures.ts';
import { pixelFormatInfo } from '../../core/pixel-format.ts';
import { fileUrl } from './decode-args.ts';
import { exactTimeArgs } from './tools.ts';
import type { Capabilities } from './tools.ts';

/** Arguments of an ffmpeg that reads the joined video from stdin. @param path the file, or the folder of a row; @param lastSeconds of the last picture of an animation */
export function pictureArgs(
  plan: OutputPlan,
  pictures: PicturesPlan,
  path: string,
  capabilities: Capabilities,
  lastSeconds: number | null,
): string[] {
  const target = pictures.pattern === null ? path : join(path, pictures.pattern);
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'level+info', '-y', '-copyts'],
    // Of an animation ffmpeg 4 gets the last packet at a time that it has had: no error but to this option.
    ...(pictures.kind === 'webp' ? [] : ['-xerror']),
    ...['-f', 'mov', '-i', 'pipe:0', '-map', '0:v:0'],
    ...exactTimeArgs(capabilities),
    ...codecArgs(plan, pictures),
    ...(pictures.kind === 'gif' && lastSeconds !== null ? ['-final_delay', String(Math.round(lastSeconds * 100))] : []),
    ...(pictures.pattern === null ? [] : ['-start_number', String(pictures.first)]),
    // A name without a place for a number is one picture, whatever else it holds.
    ...(isSingle(pictures) ? ['-frames:v', '1', '-update', '1'] : []),
    ...['-f', muxer(pictures), fileUrl(target)],
  ];
}

const isSingle = ({ kind, pattern }: PicturesPlan): boolean => pattern === null && (kind === 'png' || kind === 'jpg');

function muxer({ kind, pattern }: PicturesPlan): string {
  if (pattern !== null || kind === 'png' || kind === 'jpg') return 'image2';
  return kind;
}

/** Lossless where the format can be; JPEG at its best quality that is worth its size. */
function codecArgs({ picture }: OutputPlan, pictures: PicturesPlan): string[] {
  const { family, hasAlpha, bitDepth } = pixelFormatInfo(picture.encodedPixelFormat);
  const deep = bitDepth > 8;
  const isGrey = family === 'gray';
  const convert = (format: string) => ['-vf', `scale=flags=bicubic+accurate_rnd+full_chroma_int,format=${format}`];
  const rgb = hasAlpha ? 'rgba' : 'rgb24';
  const deepRgb = hasAlpha ? 'rgba64be' : 'rgb48be';
  const best = isGrey ? (deep ? 'gray16be' : 'gray') : deep ? deepRgb : rgb;
  switch (pictures.kind) {
    case 'png':
      return [...convert(best), '-c:v', 'png'];
    case 'apng':
      return [...convert(best), '-c:v', 'apng', '-plays', '0'];
    case 'jpg':
      return [...convert(isGrey ? 'gray' : 'yuvj444p'), '-c:v', 'mjpeg', '-q:v', '2'];
    case 'gif':
      return gifArgs(rgb);
    case 'webp': {
      const codec = pictures.pattern === null ? 'libwebp_anim' : 'libwebp';
      return [
        ...convert('bgra'),
        '-c:v',
        codec,
        '-lossless',
        '1',
        ...(pictures.pattern === null ? ['-loop', '0'] : []),
      ];
    }
  }
}

/** Each picture has its best 256 colours. */
function gifArgs(rgb: string): string[] {
  const first = `scale=flags=bicubic+accurate_rnd+full_chroma_int,format=${rgb === 'rgba' ? 'bgra' : 'bgr24'}`;
  const palette = 'split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=new=1';
  return ['-vf', `${first},${palette}`, '-c:v', 'gif', '-loop', '0'];
}
