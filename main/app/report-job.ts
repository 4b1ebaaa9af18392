import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { UpscaleResult } from '../contract/messages.ts';
import { describeBottleneck } from '../core/bottleneck.ts';
import type { JobMeter } from './job-meter.ts';
import { countFrames } from './journal.ts';
import type { JournalContent } from './journal.ts';
import type { CrewFacts } from './lane-crew.ts';
import type { Job } from './prepare-job.ts';

/** What the announcement and the report share. */
export function describeJob({ plan, model, notes }: Job, lane: CrewFacts) {
  const { source, picture, outputPath } = plan;
  return {
    outputPath,
    from: { width: source.width, height: source.height },
    to: { width: picture.codedWidth, height: picture.codedHeight },
    model: model.name,
    runtime: lane.name,
    arithmetic: lane.arithmetic,
    notes: lane.note === undefined ? [...notes] : [...notes, lane.note],
  };
}

export interface JobEnd {
  readonly frames: number;
  /** Of these, done by an earlier run. */
  readonly keptFrames: number;
  readonly notes: readonly string[];
  /** What damage took of the source. */
  readonly losses?: readonly string[];
}

export async function reportJob(
  job: Job,
  lane: CrewFacts,
  { frames, keptFrames, notes, losses = [] }: JobEnd,
  meter: JobMeter,
): Promise<UpscaleResult> {
  const stages = meter.stats.summarise();
  const wallSeconds = meter.wallSeconds();
  return {
    ...describeJob(job, lane),
    notes: [...notes],
    losses: [...losses],
    inputPath: job.request.inputPath,
    outputBytes: await bytesOf(job.plan.outputPath),
    frames,
    keptFrames,
    wallSeconds,
    pipelineSeconds: meter.pipelineSeconds(),
    framesPerSecond: (frames - keptFrames) / wallSeconds,
    stages,
    bottleneck: describeBottleneck(stages, meter.pipelineSeconds() * 1000, lane.lanes ?? 1),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** Of a file, or of all in a folder of pictures. */
async function bytesOf(path: string): Promise<number> {
  const found = await stat(path);
  if (!found.isDirectory()) return found.size;
  const sizes = (await readdir(path)).map(async (name) => (await stat(join(path, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Of a job that an earlier run had brought to its end but for clearing up. */
export async function reportPublished(job: Job, { identity, segments }: JournalContent, meter: JobMeter) {
  const frames = countFrames(segments);
  const notes = ['The interrupted job had finished this output already; only its work folder was left to clear.'];
  meter.start(frames, frames);
  meter.endPipeline();
  const { runtime: name, arithmetic } = identity;
  return reportJob(job, { name, arithmetic }, { frames, keptFrames: frames, notes }, meter);
}
