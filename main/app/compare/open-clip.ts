import { fileUrl } from '../../adapters/ffmpeg/decode-args.ts';
import type { LumaSource } from '../../adapters/ffmpeg/compare/luma-frames.ts';
import { passthroughArgs, type FfmpegTools } from '../../adapters/ffmpeg/tools.ts';
import { describeEnd, isSuccess } from '../../adapters/process/child.ts';
import { runCommand } from '../../adapters/process/run.ts';
import { AppError } from '../../core/errors.ts';

interface VideoFacts {
  readonly width: number;
  readonly height: number;
  readonly pix_fmt: string;
  readonly field_order?: string;
}

async function probeVideo(tools: FfmpegTools, path: string): Promise<VideoFacts> {
  const entries = 'stream=width,height,pix_fmt,field_order';
  const args = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', entries, '-of', 'json', fileUrl(path)];
  const { record, stdout } = await runCommand(tools.ffprobe.path, args);
  if (!isSuccess(record)) {
    const message = `expected a clip at ${path}, but ffprobe ${describeEnd(record)}`;
    throw new AppError('input-unreadable', message, { details: { ...record } });
  }
  const [video] = (JSON.parse(stdout) as { streams?: VideoFacts[] }).streams ?? [];
  if (video === undefined)
    throw new AppError('input-unsupported', `expected a picture track in ${path}, but it has none`);
  return video;
}

/**
 * Opens a clip as a reference: cropped to a size whose smaller copy is even too, as x264 asks for.
 * @throws AppError when it is no progressive 8-bit 4:2:0 clip
 */
export async function openClip(tools: FfmpegTools, path: string, scale: number): Promise<LumaSource> {
  const video = await probeVideo(tools, path);
  const kind = `${video.pix_fmt}${/^(tt|bb|tb|bt)$/.test(video.field_order ?? '') ? ', interlaced' : ''}`;
  if (kind !== 'yuv420p') {
    throw new AppError('input-unsupported', `expected a progressive yuv420p clip, but ${path} is ${kind}`);
  }
  const [width, height] = [video.width, video.height].map((side) => side - (side % (2 * scale))) as [number, number];
  if (Math.min(width, height) < 16 * scale) {
    throw new AppError(
      'input-unsupported',
      `expected a clip of at least ${16 * scale} pixels each way, but ${path} has ${video.width}x${video.height}`,
    );
  }
  const passthrough = passthroughArgs(tools.capabilities);
  return { ffmpegPath: tools.ffmpeg.path, path, width, height, passthrough };
}
