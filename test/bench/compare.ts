/**
 * `tandem compare` over ffmpeg's own filters: PSNR-Y and gaussian SSIM-Y of two 720p clips, decoding included, against
 * ffmpeg's psnr and ssim (8x8 blocks) in one graph, by turns in the same run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import { comparePairs } from '../../main/app/compare/pairs/compare-pairs.ts';
import { sharedData } from '../helpers/shared-data.ts';
import { withTrainingsPaused } from './pause-trainings.ts';

const FRAMES = 500;
const TURNS = 3;
const OPTIONS = { align: false, crop: 0, lumaOnly: true, msSsim: false, vmaf: false, worst: 3 };

export async function benchCompare(): Promise<object[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-compare-'));
  try {
    const { ffmpeg } = await locateFfmpeg();
    const data = sharedData();
    const input =
      data === null
        ? ['-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=25']
        : ['-stream_loop', '-1', '-i', join(data, 'clips', 'bbb_720p25_h264_aac51.mp4')];
    const [reference, candidate] = [join(folder, 'reference.mp4'), join(folder, 'candidate.mp4')];
    const x264 = ['-an', '-frames:v', String(FRAMES), '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'veryfast'];
    await execa(ffmpeg.path, ['-v', 'error', ...input, ...x264, '-crf', '18', reference]);
    await execa(ffmpeg.path, ['-v', 'error', '-i', reference, ...x264, '-crf', '32', candidate]);
    const graph = '[0:v]split[a][b];[1:v]split[c][d];[a][c]psnr;[b][d]ssim';
    const filters = ['-v', 'error', '-i', candidate, '-i', reference, '-lavfi', graph, '-f', 'null', '-'];
    return await withTrainingsPaused(async () => {
      const [ours, theirs]: [number[], number[]] = [[], []];
      for (let turn = 0; turn < TURNS; turn++) {
        ours.push(await time(() => comparePairs(reference, [candidate], OPTIONS)));
        theirs.push(await time(() => execa(ffmpeg.path, filters)));
      }
      const [tandem, peer] = [FRAMES / Math.min(...ours), FRAMES / Math.min(...theirs)];
      return [
        {
          ...{ source: data === null ? 'testsrc2' : 'bbb 720p', frames: FRAMES, turns: TURNS },
          ...{ framesPerSecond: tandem, ffmpegFramesPerSecond: peer, ratio: tandem / peer, ratioWanted: 0.5 },
        },
      ];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
