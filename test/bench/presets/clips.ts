import { join } from 'node:path';
import { execa } from 'execa';
import { sharedData } from '../../helpers/shared-data.ts';

export interface BenchClip {
  readonly name: string;
  /** Without loss, 4:2:0 of eight bits. */
  readonly path: string;
  /** For what is made of it. */
  readonly folder: string;
  readonly frames: number;
}

export const RATE = { num: 25, den: 1 };
const FRAMES = 48;

/** Drawn film, faces by a hand-held and by a fixed camera, a bird before a plain sky, a landscape with titles. */
const SOURCES = [
  { name: 'bunny', file: 'bbb_720p25_h264_aac51.mp4', from: 2, size: '416:240' },
  { name: 'foreman', file: 'foreman_cif_hevc.mp4', from: 0, size: '352:288' },
  { name: 'carphone', file: 'carphone_qcif_h264.mp4', from: 0, size: '176:144' },
  { name: 'bird', file: 'sample_mpeg4_mp3_960x400.avi', from: 1, size: '480:200' },
  { name: 'road', file: 'roadtrip_vp9p2_10bit_426x240.webm', from: 0, size: '426:240' },
];

/** @throws Error without the shared data: nothing generated looks like films */
export async function makeBenchClips(ffmpeg: string, folder: string): Promise<BenchClip[]> {
  const data = sharedData();
  if (data === null) throw new Error('expected the shared clips (TANDEM_DATA) but there are none');
  const clips: BenchClip[] = [];
  for (const { name, file, from, size } of SOURCES) {
    const path = join(folder, `${name}.mkv`);
    const input = ['-ss', String(from), '-i', join(data, 'clips', file), '-map', '0:v:0'];
    const filter = `setpts=N/TB/${String(RATE.num)},scale=${size},format=yuv420p`;
    const output = ['-r', String(RATE.num), '-frames:v', String(FRAMES), '-c:v', 'ffv1', '-level', '3', path];
    await execa(ffmpeg, ['-v', 'error', '-y', ...input, '-vf', filter, ...output]);
    clips.push({ name, path, folder, frames: FRAMES });
  }
  return clips;
}
