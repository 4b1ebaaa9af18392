import type { MediaInfo } from '../../core/media.ts';
import { ANIMATED_WEBP, writeWebpThumbnail } from '../image/animated-webp.ts';
import { runCommand } from '../process/run.ts';
import { fileUrl } from './decode-args.ts';
import type { FfmpegTools } from './tools.ts';

const THUMBNAIL_WIDTH = 320;
/** Some way in: the first frame of most clips is black. */
const AT_SHARE = 0.1;
const TIMEOUT_MS = 30_000;

/** A small picture to recognise a clip by. Turned as a player would; colours as ffmpeg guesses them. */
export function thumbnailArgs(inputPath: string, atSeconds: number, outputPath: string): string[] {
  const seek = atSeconds > 0 ? ['-ss', String(atSeconds)] : [];
  const input = ['-v', 'error', '-nostdin', '-y', ...seek, '-i', fileUrl(inputPath), '-map', '0:V:0', '-frames:v', '1'];
  const fit = `scale='min(${String(THUMBNAIL_WIDTH)},iw*sar)':-2,setsar=1`;
  return [...input, '-vf', fit, '-q:v', '4', '-f', 'image2', '-update', '1', fileUrl(outputPath)];
}

/** Writes a JPEG where it can; a clip without one is shown without one. */
export async function writeThumbnail(tools: FfmpegTools, media: MediaInfo, outputPath: string): Promise<void> {
  const { path, formatName, durationSeconds } = media;
  if (formatName === ANIMATED_WEBP) return writeWebpThumbnail(path, THUMBNAIL_WIDTH, outputPath);
  const args = thumbnailArgs(path, (durationSeconds ?? 0) * AT_SHARE, outputPath);
  await runCommand(tools.ffmpeg.path, args, { timeoutMs: TIMEOUT_MS });
}
