/** Use case: one clip in, one upscaled clip out; or the rest of it, where an earlier job was interrupted. */
import type { UpscaleRequest, UpscaleResult } from '../contract/messages.ts';
import { PauseGate } from '../core/pause-gate.ts';
import { DiskGuard } from './disk-guard.ts';
import { describeNeed, guessTrackBytes } from './estimate-bytes.ts';
import { estimateFrames } from './estimate-frames.ts';
import { expectTime } from './expect-time.ts';
import { joinAndPublish } from './finish-job.ts';
import { explainWriteError } from './fs-errors.ts';
import type { UpscaleContext, WorkContext } from './job-context.ts';
import { identifyJob } from './job-identity.ts';
import { JobMeter } from './job-meter.ts';
import { isPublished, readJournal, sumBytes } from './journal.ts';
import { NOTHING_KEPT, settleWork, stoppedError, tellKept } from './kept-work.ts';
import { openCrew } from './open-crew.ts';
import { checkOutputPlace } from './output-place.ts';
import { prepareJob } from './prepare-job.ts';
import type { Job } from './prepare-job.ts';
import { describeJob, reportJob, reportPublished } from './report-job.ts';
import { runFrames } from './run-frames.ts';
import { StatsFile } from './stats-file.ts';
import { takeUpJob } from './take-up.ts';
import { openWorkFolder, removeFolder, workFolderOf } from './work-folder.ts';
import type { WorkFolder } from './work-folder.ts';

/**
 * Locate → probe → model → plan → run → join → check → rename. Whatever goes wrong, finished segments stay beside the
 * output until the job has gone on to its end or is thrown away; nothing else does.
 * @throws AppError with one sentence for a person
 */
export async function upscale(request: UpscaleRequest, context: UpscaleContext): Promise<UpscaleResult> {
  const gate = context.gate ?? new PauseGate();
  // A shell that is stopped itself reads nothing: what it is told would pile up.
  const meter = new JobMeter(
    (progress) => (gate.isPaused ? undefined : context.onProgress(progress)),
    (slice) => (gate.isPaused ? undefined : context.onTiming?.(slice)),
  );
  // What waits at the gate must see that the job was stopped.
  const letThrough = (): void => gate.end();
  context.signal.addEventListener('abort', letThrough, { once: true });
  try {
    const job = await prepareJob(request, context.adapters, context.signal);
    return (await takePublished(job, meter)) ?? (await work(job, meter, { ...context, gate }));
  } catch (error) {
    throw context.signal.aborted ? asStopped(error) : error;
  } finally {
    gate.end();
    context.signal.removeEventListener('abort', letThrough);
    meter.stop();
  }
}

/** An earlier run gave the output its name and was killed before it could clear up. */
async function takePublished(job: Job, meter: JobMeter): Promise<UpscaleResult | null> {
  const folder = workFolderOf(job.plan.outputPath);
  const journal = await readJournal(folder).catch(() => null);
  if (journal === null || !(await isPublished(journal, job.plan.outputPath))) return null;
  await removeFolder(folder);
  return reportPublished(job, journal, meter);
}

async function work(job: Job, meter: JobMeter, context: WorkContext): Promise<UpscaleResult> {
  const { request, plan } = job;
  for (const path of [plan.outputPath, request.statsPath]) {
    if (path !== null) await checkOutputPlace(request.inputPath, path, request.overwrite);
  }
  context.signal.throwIfAborted();
  const folder = await openWorkFolder(plan.outputPath);
  try {
    const result = await produce(job, folder, meter, context);
    await folder.remove();
    return result;
  } catch (error) {
    const kept = await settleWork(folder.path);
    throw context.signal.aborted
      ? stoppedError(kept, error)
      : tellKept(explainWriteError(error, plan.outputPath), kept);
  }
}

async function produce(job: Job, folder: WorkFolder, meter: JobMeter, context: WorkContext): Promise<UpscaleResult> {
  const { request, media, plan, threads } = job;
  const { adapters, signal, gate } = context;
  const crew = await openCrew(job, context, meter.clock);
  const tell = (isPaused: boolean, message: string): void => context.onPause?.({ isPaused, message });
  const seconds = (request.toSeconds ?? media.durationSeconds ?? 0) - (request.fromSeconds ?? 0);
  const trackBytes = guessTrackBytes(media, plan, Math.max(0, seconds));
  const guard = new DiskGuard({ folder: folder.path, plan, trackBytes, gate, tell, signal });
  try {
    const { journal, notes } = await takeUpJob(folder, request, await identifyJob(job, crew, adapters));
    guard.learn(sumBytes(journal), journal.frames);
    const totalFrames = estimateFrames(media, plan, request.fromSeconds, request.toSeconds);
    const { notes: planned, ...described } = describeJob(job, crew);
    const allNotes = [...notes, ...planned, ...(await noteOnRoom(guard, totalFrames, journal.frames))];
    const left = totalFrames === null ? null : totalFrames - journal.frames;
    const expected = await expectTime(job, adapters, left);
    context.onPlanned({
      ...described,
      notes: [...allNotes, ...expected],
      workFolder: folder.path,
      threads,
      totalFrames,
    });
    if (request.statsPath !== null) {
      meter.rows = new StatsFile(request.statsPath, folder.statsRowsPath, crew.arithmetic);
    }
    await guard.start();
    const keptFrames = journal.frames;
    const { isBlack, losses } = await runFrames(job, { crew, folder, journal, meter, guard, totalFrames }, context);
    await joinAndPublish(job, { folder, journal, meter, guard, isBlack }, context);
    return await reportJob(job, crew, { frames: journal.frames, keptFrames, notes: allNotes, losses }, meter);
  } finally {
    guard.stop();
    // A picture in the works cannot be called back, and a job that stops waits for nobody.
    const closing = crew.close().catch(() => undefined);
    if (!signal.aborted) await closing;
  }
}

async function noteOnRoom(guard: DiskGuard, frames: number | null, done: number): Promise<string[]> {
  if (frames === null) return [];
  const free = await guard.freeBytes();
  return [describeNeed(guard.estimate(frames, done, free), free, done) ?? []].flat();
}

function asStopped(error: unknown): unknown {
  return (error as { code?: unknown }).code === 'interrupted' ? error : stoppedError(NOTHING_KEPT, error);
}
