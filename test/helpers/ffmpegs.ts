import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import type { FfmpegTools } from '../../main/adapters/ffmpeg/tools.ts';

const require = createRequire(import.meta.url);

export interface NamedFfmpeg {
  /** `npm`, `system` or `7.x`. */
  readonly name: string;
  readonly tools: FfmpegTools;
}

/**
 * The ffmpegs that the frame path is tested with: the npm pair always, the system's where there is one, and a 7.x named
 * by `TANDEM_FFMPEG7` or found in Python's `imageio_ffmpeg` (it brings no ffprobe: another's is used). What is absent is
 * told once.
 */
export async function findFfmpegs(): Promise<NamedFfmpeg[]> {
  const npm = { ffmpeg: installer('ffmpeg'), ffprobe: installer('ffprobe') };
  const systemPair = { ffmpeg: '/usr/bin/ffmpeg', ffprobe: '/usr/bin/ffprobe' };
  const hasSystem = existsSync(systemPair.ffmpeg) && existsSync(systemPair.ffprobe);
  const seven = findSeven();
  const found = [await locate('npm', npm)];
  if (hasSystem) found.push(await locate('system', systemPair));
  else console.warn('skipped: no ffmpeg of the system');
  if (seven !== null)
    found.push(await locate('7.x', { ffmpeg: seven, ffprobe: (hasSystem ? systemPair : npm).ffprobe }));
  else console.warn('skipped: no ffmpeg 7 (set TANDEM_FFMPEG7, or pip install imageio-ffmpeg==0.6.0)');
  return found;
}

async function locate(name: string, pair: { ffmpeg: string; ffprobe: string }): Promise<NamedFfmpeg> {
  const tools = await locateFfmpeg({ ...process.env, FFMPEG_BIN: pair.ffmpeg, FFPROBE_BIN: pair.ffprobe });
  return { name, tools };
}

function installer(program: 'ffmpeg' | 'ffprobe'): string {
  return (require(`@${program}-installer/${program}`) as { path: string }).path;
}

function findSeven(): string | null {
  const named = process.env.TANDEM_FFMPEG7;
  if (named !== undefined && named !== '') return named;
  try {
    const ask = 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())';
    return execFileSync('python3', ['-c', ask], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}
