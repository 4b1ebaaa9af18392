import { AppError } from '../core/errors.ts';
import type { OutputPlan } from '../core/output-plan.ts';
import { runPipeline } from '../core/pipeline.ts';
import { pictureBytes } from '../core/pixel-format.ts';
import { SegmentWriter } from '../core/segmenter.ts';
import type { DiskGuard } from './disk-guard.ts';
import { SPOOL_SHARE, spoolBytes } from './estimate-bytes.ts';
import { isDiskFull } from './fs-errors.ts';
import type { WorkContext } from './job-context.ts';
import type { JobMeter } from './job-meter.ts';
import { sumBytes } from './journal.ts';
import type { Journal } from './journal.ts';
import type { LaneCrew } from './lane-crew.ts';
import type { Job } from './prepare-job.ts';
import { openSource } from './re-entry.ts';
import type { ReEntry } from './re-entry.ts';
import { WatchedSource } from './source-watch.ts';
import { Spool } from './spool.ts';
import { STATS_ROWS_FILE } from './work-folder.ts';
import type { WorkFolder } from './work-folder.ts';

/** Frames held between the lanes' slots and the encoder: one being written, one waiting, one being read. */
const WINDOW_BEYOND_SLOTS = 3;
const INSIDE_BYTES = 256 * 2 ** 20;
const LEAST_INSIDE = 8;

export interface Running {
  readonly crew: LaneCrew;
  readonly folder: WorkFolder;
  readonly journal: Journal;
  readonly meter: JobMeter;
  readonly guard: DiskGuard;
  readonly totalFrames: number | null;
}

/** What the source turned out to be. */
export interface SourceVerdict {
  readonly isBlack: boolean;
  /** What damage took, in sentences. */
  readonly losses: readonly string[];
}

/**
 * Brings every frame that is not done yet through the pipeline. Where the disk is full it waits until there is room
 * again and goes on from the last finished segment, as after an interruption.
 */
export async function runFrames(job: Job, running: Running, context: WorkContext): Promise<SourceVerdict> {
  const { journal, meter, guard, folder, totalFrames } = running;
  const base = journal.frames;
  meter.start(totalFrames, base);
  for (;;) {
    try {
      const verdict = await runFromJournal(job, running, context);
      meter.endPipeline();
      if (journal.frames > 0) return verdict;
      throw new AppError('wrong-usage', 'expected frames between --from and --to but there are none');
    } catch (error) {
      if (!isDiskFull(error) || context.signal.aborted) throw error;
      await folder.keepOnly(['journal.json', STATS_ROWS_FILE, ...journal.segments.map(({ file }) => file)]);
      await guard.waitForMore();
      context.signal.throwIfAborted();
      await meter.truncate(journal.frames);
    }
  }
}

async function runFromJournal(job: Job, running: Running, context: WorkContext): Promise<SourceVerdict> {
  const { crew, folder, journal, guard } = running;
  const limitBytes = Math.floor((await guard.freeBytes()) * SPOOL_SHARE);
  const spool = await Spool.open({
    segmentFrames: job.plan.segmentFrames,
    firstSegment: journal.segments.length,
    pathOf: (segment) => folder.spoolPath(segment),
    limitBytes,
    onFirst: () => (guard.spoolBytes = Math.min(limitBytes, spoolBytes(job.plan))),
  });
  crew.useStore(spool);
  try {
    return await runSegments(job, running, spool, context);
  } finally {
    crew.useStore(null);
    await spool.close();
  }
}

async function runSegments(job: Job, running: Running, spool: Spool, context: WorkContext): Promise<SourceVerdict> {
  const { tools, media, plan } = job;
  const { crew, folder, journal, meter, guard, totalFrames } = running;
  const { adapters, signal, gate } = context;
  const { segmentFrames } = plan;
  const firstIndex = journal.frames;
  const dispatcher = crew.makeDispatcher((lane) => context.tap?.watch(lane, plan) ?? lane);
  const openDecoder: Parameters<typeof openSource>[0] = (how, options) =>
    adapters.openDecoder(tools, media, how, options);
  const opened = await openSource(openDecoder, job, entryOf(journal), { signal });
  const startsBlack = journal.segments.at(-1)?.isBlack ?? true;
  const source = new WatchedSource(opened, { startsBlack, segmentFrames });
  const sink = new SegmentWriter({
    segmentFrames,
    expectedFrames: totalFrames,
    openSegment: (segment) => {
      if (segment < journal.segments.length) throw longerThanBefore(firstIndex);
      return adapters.openEncoder(tools, plan, { segmentIndex: segment, path: folder.segmentPath(segment), signal });
    },
    onSegment: async (segment, summary) => {
      const mark = { sourceSha256: source.takeMark(segment), isBlack: source.isBlack };
      await journal.enter(segment, folder.segmentPath(segment), summary, mark);
      await spool.drop(segment);
      guard.learn(sumBytes(journal), journal.frames);
    },
  });
  const most = mostInside(plan.picture);
  const window = (): number => Math.min(most, dispatcher.appetite) + WINDOW_BEYOND_SLOTS;
  const onRow = meter.add.bind(meter);
  await runPipeline({ source, dispatcher, sink, window, clock: meter.clock, firstIndex, gate, signal, onRow });
  return { isBlack: source.isBlack, losses: source.losses() };
}

/** A slow lane wants many frames at hand; this many upscaled ones fit the memory. */
function mostInside({ pixelFormat, width, height }: OutputPlan['picture']): number {
  return Math.max(LEAST_INSIDE, Math.floor(INSIDE_BYTES / pictureBytes(pixelFormat, width, height)));
}

function entryOf(journal: Journal): ReEntry | null {
  const last = journal.segments.at(-1);
  if (last === undefined) return null;
  return { frames: journal.frames, lastPts: last.lastPts, lastSha256: last.sourceSha256 };
}

function longerThanBefore(frames: number): AppError {
  const message = `expected the source to end after ${frames} frames as it did before the interruption but more come`;
  return new AppError('resume-refused', `${message}; --restart begins anew`);
}
