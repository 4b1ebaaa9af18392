import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { execa } from 'execa';

/** One of the ffmpegs that the frame path is tested on. */
export interface TestFfmpeg {
  /** `npm`, `system` or `7.x`, for test names. */
  readonly name: string;
  readonly path: string;
  /** The probe that judges results: always the npm pair's, so that all are measured alike. */
  readonly ffprobe: string;
}

const require = createRequire(import.meta.url);

async function findSystemFfmpeg(): Promise<string | null> {
  const { stdout } = await execa('sh', ['-c', 'PATH="${PATH#*node_modules/.bin:}"; command -v ffmpeg'], {
    reject: false,
  });
  return stdout === '' ? null : stdout;
}

/** 7.x from the Python wheel `imageio-ffmpeg`, named by TANDEM_FFMPEG7 or found where python3 can import it. */
async function findFfmpeg7(): Promise<string | null> {
  const named = process.env['TANDEM_FFMPEG7'];
  if (named !== undefined) return named;
  const script = 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())';
  const { stdout, exitCode } = await execa('python3', ['-c', script], { reject: false });
  return exitCode === 0 && stdout !== undefined && existsSync(stdout) ? stdout : null;
}

/** Those found here; the reasons for absent ones are printed, and a test that requires all three says which lacks. */
export async function listFfmpegs(): Promise<TestFfmpeg[]> {
  const npm = (require('@ffmpeg-installer/ffmpeg') as { path: string }).path;
  const ffprobe = (require('@ffprobe-installer/ffprobe') as { path: string }).path;
  const found = { npm, system: await findSystemFfmpeg(), '7.x': await findFfmpeg7() };
  return Object.entries(found).flatMap(([name, path]) => {
    if (path === null) console.warn(`skipped: no ffmpeg "${name}" here (install ffmpeg; set TANDEM_FFMPEG7)`);
    return path === null ? [] : [{ name, path, ffprobe }];
  });
}
