/**
 * How well decoding, computing and encoding overlap: wall time of a whole job, its start and its final check included,
 * over what it could be at best. Run alone: node test/bench/job-overlap.ts [clip…]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { execa } from 'execa';
import type { UpscaleResult } from '../../main/contract/messages.ts';
import { sharedData } from '../helpers/shared-data.ts';
import { measureChildren } from './cpu-clock.ts';
import type { CpuSpan } from './cpu-clock.ts';
import { timeStagesAlone } from './job-stages.ts';
import type { StageSeconds } from './job-stages.ts';
import { withTrainingsPaused } from './pause-trainings.ts';

const CLI = resolve(import.meta.dirname, '../../main/shells/cli/main.ts');
const CLIPS = ['bbb_720p25_h264_aac51.mp4', 'aspen_hq_crf10_h264.mp4'];

export interface JobOverlapRow extends CpuSpan {
  readonly clip: string;
  readonly frames: number;
  readonly aloneSeconds: StageSeconds;
  readonly slowestStageAloneSeconds: number;
  /** Wall time over max(slowest stage alone, CPU seconds of all processes / cores): at most 1.15 is wanted. */
  readonly ratio: number;
  /**
   * Wall time less what others took of the cores, over CPU seconds / cores alone: on a machine that is not idle the
   * stages alone tell nothing, and this stays an upper bound of the ratio.
   */
  readonly ratioLessOthersAtMost: number;
  /** The stages of the job as it reported them, in seconds of wall time each. */
  readonly pipelineSeconds: number;
  readonly bottleneck: string;
}

/** @param clips paths; the clips of the shared data when absent. Empty where there are none or no processor clock. */
export async function benchJobOverlap(clips = sharedClips()): Promise<JobOverlapRow[]> {
  const rows: JobOverlapRow[] = [];
  await withTrainingsPaused(async () => {
    for (const clip of clips) {
      const row = await benchClip(clip);
      if (row) rows.push(row);
    }
  });
  return rows;
}

function sharedClips(): string[] {
  const data = sharedData();
  return data === null ? [] : CLIPS.map((clip) => join(data, 'clips', clip));
}

async function benchClip(clip: string): Promise<JobOverlapRow | null> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
  try {
    const { value: result, span } = await measureChildren(() => runJob(clip, folder));
    if (!span) return null;
    const aloneSeconds = await timeStagesAlone(clip, folder);
    const slowestStageAloneSeconds = Math.max(aloneSeconds.decode, aloneSeconds.compute, aloneSeconds.encode);
    const best = Math.max(slowestStageAloneSeconds, span.cpuSeconds / span.cores);
    const { frames, pipelineSeconds, bottleneck } = result;
    const ratio = span.wallSeconds / best;
    const freeCoreSeconds = span.wallSeconds * span.cores - span.othersCpuSeconds;
    const ratioLessOthersAtMost = freeCoreSeconds / span.cpuSeconds;
    const facts = { clip: basename(clip), frames, pipelineSeconds, bottleneck };
    return { ...facts, ...span, aloneSeconds, slowestStageAloneSeconds, ratio, ratioLessOthersAtMost };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The command as a person runs it, with its defaults. */
async function runJob(clip: string, folder: string): Promise<UpscaleResult> {
  const { stdout } = await execa(process.execPath, [CLI, 'upscale', clip, '-o', folder, '--json']);
  const [outcome] = (JSON.parse(stdout) as { results: { result: UpscaleResult }[] }).results;
  return outcome!.result;
}

if (import.meta.main) {
  const clips = process.argv.slice(2).map((path) => resolve(path));
  console.log(JSON.stringify(await benchJobOverlap(clips.length > 0 ? clips : undefined), null, 2));
}
