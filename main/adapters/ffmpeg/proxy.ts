import { isSuccess } from '../process/child.ts';
import { runCommand } from '../process/run.ts';
import { fileUrl } from './decode-args.ts';
import { commandError } from './failure.ts';
import type { CommandOptions, FfmpegTools } from './tools.ts';

/** A copy that every browser plays: 8-bit 4:2:0 H.264 and AAC in MP4, at most 1080 lines, to look at and throw away. */
export interface ProxyRequest {
  readonly inputPath: string;
  readonly outputPath: string;
  readonly fromSeconds: number | null;
  /** Length; `null` is all. */
  readonly seconds: number | null;
}

export function proxyArgs({ inputPath, outputPath, fromSeconds, seconds }: ProxyRequest): string[] {
  const seek = fromSeconds === null ? [] : ['-ss', String(fromSeconds)];
  const length = seconds === null ? [] : ['-t', String(seconds)];
  const input = ['-v', 'error', '-nostdin', '-y', ...seek, '-i', fileUrl(inputPath), ...length];
  const picture = ['-map', '0:V:0', '-vf', "scale=-2:'min(1080,ceil(ih/2)*2)',format=yuv420p"];
  const video = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18'];
  const sound = ['-map', '0:a:0?', '-c:a', 'aac', '-ac', '2'];
  return [...input, ...picture, ...video, ...sound, '-movflags', '+faststart', '-f', 'mp4', fileUrl(outputPath)];
}

/** @throws AppError `ffmpeg-failed` */
export async function encodeProxy(
  tools: FfmpegTools,
  request: ProxyRequest,
  options: CommandOptions = {},
): Promise<void> {
  const { record } = await runCommand(tools.ffmpeg.path, proxyArgs(request), options);
  if (!isSuccess(record)) throw commandError(`could not make a copy of ${request.inputPath} to play`, record);
}
