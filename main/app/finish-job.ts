import { rm } from 'node:fs/promises';
import { AppError } from '../core/errors.ts';
import type { DiskGuard } from './disk-guard.ts';
import { identifyFile } from './file-identity.ts';
import { isDiskFull } from './fs-errors.ts';
import type { WorkContext } from './job-context.ts';
import type { JobMeter } from './job-meter.ts';
import { sumBytes } from './journal.ts';
import type { Journal } from './journal.ts';
import { publish } from './output-place.ts';
import type { Job } from './prepare-job.ts';
import type { WorkFolder } from './work-folder.ts';

interface Finishing {
  readonly folder: WorkFolder;
  readonly journal: Journal;
  readonly meter: JobMeter;
  readonly guard: DiskGuard;
  readonly isBlack: boolean;
}

/** Segments → one file with all tracks → checked → under its name. */
export async function joinAndPublish(job: Job, finishing: Finishing, context: WorkContext): Promise<void> {
  const { request, tools, plan } = job;
  const { folder, journal, meter, isBlack } = finishing;
  const { adapters, signal, gate } = context;
  await gate.passed();
  meter.enter('joining');
  await join(job, finishing, context);
  await gate.passed();
  meter.enter('checking');
  const expected = { frames: journal.frames, sourceIsBlack: isBlack };
  await adapters.verifyOutput(tools, plan, folder.joinedPath, expected, { signal });
  await expectSameInput(journal);
  await meter.rows?.publish();
  await gate.passed();
  signal.throwIfAborted();
  await journal.announce(folder.joinedPath);
  await publish(folder.joinedPath, plan.outputPath, request.overwrite);
}

/** Where the disk is full it waits for room and joins again: the segments are all there. */
async function join(job: Job, { folder, journal, guard }: Finishing, context: WorkContext): Promise<void> {
  const { tools, media, plan } = job;
  const { adapters, signal } = context;
  const paths = journal.segments.map(({ segment }) => folder.segmentPath(segment));
  await guard.waitForWhole(sumBytes(journal));
  for (;;) {
    // The other tracks come from it: they must be those of the picture.
    await expectSameInput(journal);
    try {
      await adapters.joinSegments(tools, media, plan, paths, folder.joinedPath, { signal });
      return;
    } catch (error) {
      await rm(folder.joinedPath, { force: true });
      if (!isDiskFull(error) || signal.aborted) throw error;
      await guard.waitForMore();
      signal.throwIfAborted();
    }
  }
}

async function expectSameInput({ identity }: Journal): Promise<void> {
  const { path, sizeBytes, sampledSha256 } = identity.input;
  const now = await identifyFile(path).catch(() => null);
  if (now?.sizeBytes === sizeBytes && now.sampledSha256 === sampledSha256) return;
  const how = now === null ? 'it is gone' : 'it was replaced';
  throw new AppError('input-changed', `expected ${path} to stay as it is until the job is done but ${how}`);
}
