import { execFileSync } from 'node:child_process';

export interface ClipOptions {
  readonly frames?: number;
  readonly size?: string;
  readonly pixelFormat?: string;
  /** ffmpeg arguments before the output, after the sources. */
  readonly args?: readonly string[];
  /** Filters after the source, before the format. */
  readonly filters?: readonly string[];
  readonly sound?: boolean;
}

/** Writes a small moving, coloured clip with the ffmpeg of the machine. @returns its path */
export function makeClip(ffmpeg: string, path: string, options: ClipOptions = {}): string {
  const { frames = 12, size = '64x48', pixelFormat = 'yuv420p', args = [], filters = [], sound = false } = options;
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25`];
  const tone = sound ? ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100', '-c:a', 'aac', '-shortest'] : [];
  const chain = [...filters, `format=${pixelFormat}`].join(',');
  const video = ['-frames:v', String(frames), '-vf', chain, '-c:v', 'libx264', '-crf', '8', '-preset', 'ultrafast'];
  execFileSync(ffmpeg, ['-v', 'error', '-y', ...picture, ...tone, ...video, ...args, path], { stdio: 'inherit' });
  return path;
}

/** Luma of one frame of the first video track, in its own depth, and the size it stands for. */
export function decodeFrames(ffmpeg: string, path: string, pixelFormat: string): Buffer {
  const args = ['-v', 'error', '-i', path, '-map', '0:v:0', '-f', 'rawvideo', '-pix_fmt', pixelFormat, '-'];
  return execFileSync(ffmpeg, args, { maxBuffer: 2 ** 28 });
}
