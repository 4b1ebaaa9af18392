import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { locateFfmpeg } from '../../../main/adapters/ffmpeg/locate.ts';
import { sharedData } from '../../helpers/shared-data.ts';

/** Ten seconds of 720p: Big Buck Bunny where it is at hand, else a test pattern. @returns its path, made once */
export async function makeBenchClip(folder: string): Promise<string> {
  const path = join(folder, 'bench-720p.mp4');
  if (existsSync(path)) return path;
  const data = sharedData();
  const input =
    data === null
      ? ['-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=25']
      : ['-i', join(data, 'clips', 'bbb_720p25_h264_aac51.mp4')];
  const x264 = ['-t', '10', '-an', '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23'];
  const { ffmpeg } = await locateFfmpeg();
  await execa(ffmpeg.path, ['-v', 'error', ...input, ...x264, path]);
  return path;
}
