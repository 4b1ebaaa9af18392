import { runCommand } from '../process/run.ts';
import { fileUrl } from './decode-args.ts';
import type { FfmpegTools } from './tools.ts';

const THUMBNAIL_WIDTH = 320;
const TIMEOUT_MS = 30_000;

/** A small picture to recognise a clip by. Turned as a player would; colours as ffmpeg guesses them. */
export function thumbnailArgs(inputPath: string, atSeconds: number, outputPath: string): string[] {
  const seek = atSeconds > 0 ? ['-ss', String(atSeconds)] : [];
  const input = ['-v', 'error', '-nostdin', '-y', ...seek, '-i', fileUrl(inputPath), '-map', '0:V:0', '-frames:v', '1'];
  const fit = `scale='min(${String(THUMBNAIL_WIDTH)},iw*sar)':-2,setsar=1`;
  return [...input, '-vf', fit, '-q:v', '4', '-f', 'image2', '-update', '1', fileUrl(outputPath)];
}

/** Writes a JPEG where it can; a clip without one is shown without one. */
export async function writeThumbnail(
  tools: FfmpegTools,
  inputPath: string,
  atSeconds: number,
  outputPath: string,
): Promise<void> {
  await runCommand(tools.ffmpeg.path, thumbnailArgs(inputPath, atSeconds, outputPath), { timeoutMs: TIMEOUT_MS });
}
