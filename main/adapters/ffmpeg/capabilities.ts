/** Finds out what an ffmpeg can do by doing it on a few frames. A version number or a listing proves nothing. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSuccess, wasKilled } from '../process/child.ts';
import { commandError } from './failure.ts';
import { runCommand } from '../process/run.ts';
import { listEncoders } from './listings.ts';
import type { Capabilities, FoundTool } from './tools.ts';
import { triesCover, triesEncoders, triesHdr, triesRotation } from './trials.ts';

const FILTER_TRIALS = ['bwdif', 'fieldmatch', 'decimate', 'transpose', 'hflip', 'vflip', 'idet', 'psnr', 'ssim'];

const SOURCE = ['-f', 'lavfi', '-i'];
const TRIAL_TIMEOUT_MS = 60_000;

/** Tries everything. Takes a few seconds: callers keep the answer, see `locate`. */
export async function tryCapabilities(ffmpeg: FoundTool, ffprobe: FoundTool, version: string): Promise<Capabilities> {
  const works = (args: readonly string[]) => canRun(ffmpeg.path, args);
  const picture = (format: string) => [...SOURCE, `testsrc2=size=128x96:rate=25:duration=0.12,format=${format}`];
  const nothing = ['-f', 'null', '-'];
  const folder = await mkdtemp(join(tmpdir(), 'tandem-trial-'));
  try {
    const movie = ['-c:v', 'mpeg4', '-movie_timescale', '90000', '-f', 'mp4', '-y', join(folder, 'movie.mp4')];
    const filters: string[] = [];
    for (const filter of FILTER_TRIALS) {
      const isPair = filter === 'psnr' || filter === 'ssim';
      if (await works([...picture('yuv420p'), ...(isPair ? pairArgs(filter) : ['-vf', filter]), ...nothing]))
        filters.push(filter);
    }
    return {
      version,
      options: {
        timeBaseDemux: await works([...picture('yuv420p'), '-enc_time_base', 'demux', ...nothing]),
        fpsMode: await works([...picture('yuv420p'), '-fps_mode', 'passthrough', ...nothing]),
        movieTimescale: await works([...picture('yuv420p'), ...movie]),
        displayRotation: await works(['-display_rotation', '90', ...picture('yuv420p'), ...nothing]),
        autoscale: await works([...picture('yuv420p'), '-noautoscale', ...nothing]),
        setts: await works([...picture('yuv420p'), '-c:v', 'mpeg4', '-bsf:v', 'setts=pts=PTS', ...nothing]),
      },
      encoders: await triesEncoders(works, await listEncoders(ffmpeg.path)),
      filters,
      webp: await works([...picture('bgra'), '-c:v', 'libwebp_anim', '-f', 'webp', '-y', join(folder, 'a.webp')]),
      vmaf: await works([...picture('yuv420p'), ...pairArgs('libvmaf'), ...nothing]),
      rotationIn: await triesRotation(ffmpeg, ffprobe, folder),
      hdrIn: await triesHdr(ffmpeg, ffprobe, folder),
      coverIn: await triesCover(ffmpeg, ffprobe, folder),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pairArgs(filter: string): string[] {
  return ['-lavfi', `[0:v]split[a][b];[a][b]${filter}`];
}

async function canRun(path: string, args: readonly string[]): Promise<boolean> {
  const head = ['-hide_banner', '-nostdin', '-loglevel', 'warning', '-nostats'];
  const { record } = await runCommand(path, [...head, ...args], { timeoutMs: TRIAL_TIMEOUT_MS });
  if (wasKilled(record, TRIAL_TIMEOUT_MS)) throw commandError('could not try what ffmpeg can do', record);
  // An encoder that does not take a format gets another, with a warning only.
  return isSuccess(record) && !record.stderrTail.some((line) => /incompatible pixel format/i.test(line));
}
