import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { UpscaleRequest } from '../contract/messages.ts';
import { AppError, isAppError } from '../core/errors.ts';
import { hashFile } from './file-identity.ts';
import { findChanges } from './job-changes.ts';
import type { JobIdentity } from './job-identity.ts';
import { Journal, countFrames, readJournal } from './journal.ts';
import type { JournalContent, SegmentEntry } from './journal.ts';
import type { WorkFolder } from './work-folder.ts';

export interface TakenUp {
  readonly journal: Journal;
  /** What a person should know, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Begins a job's journal, or goes on with the one that an interrupted job left in the folder.
 * @throws AppError `resume-refused` where finished segments are there that would not fit what is to come
 */
export async function takeUpJob(folder: WorkFolder, request: UpscaleRequest, now: JobIdentity): Promise<TakenUp> {
  const { earlier, note } = request.unfinished === 'restart' ? { earlier: null } : await readEarlier(folder.path);
  if (earlier === null) return beginAnew(folder, request, now, note === undefined ? [] : [note]);
  const changes = findChanges(earlier.identity, now);
  const refusals = changes.filter(({ decision }) => decision === 'refuse');
  if (refusals.length > 0) {
    if (earlier.segments.length === 0) return beginAnew(folder, request, now, []);
    throw refuse(earlier, refusals.map(({ words }) => words).join('; '));
  }
  const { good, problem } = await checkSegments(folder.path, earlier.segments);
  const journal = await Journal.create(folder.path, request, now, good);
  await folder.keepOnly([
    'journal.json',
    ...good.map(({ file }) => file),
    ...spoolNames(folder, good, earlier, request),
  ]);
  const kept = countFrames(good);
  const goesOn = kept > 0 ? [`Goes on with an interrupted job: its first ${kept} frames are kept.`] : [];
  const stats =
    kept > 0 && request.statsPath !== null ? ['The stats will hold only frames that are computed now.'] : [];
  const said = changes.map(({ words }) => `Changed since it was interrupted: ${words}.`);
  return { journal, notes: [...goesOn, ...(problem === null ? [] : [problem]), ...said, ...stats] };
}

async function readEarlier(path: string): Promise<{ earlier: JournalContent | null; note?: string }> {
  try {
    return { earlier: await readJournal(path) };
  } catch (error) {
    if (!isAppError(error) || error.code !== 'journal-damaged') throw error;
    return {
      earlier: null,
      note: `Begins anew: an interrupted job was there, but of its journal this is known: ${error.message}.`,
    };
  }
}

async function beginAnew(
  folder: WorkFolder,
  request: UpscaleRequest,
  identity: JobIdentity,
  notes: readonly string[],
): Promise<TakenUp> {
  await folder.keepOnly([]);
  return { journal: await Journal.create(folder.path, request, identity), notes };
}

function refuse({ segments }: JournalContent, why: string): AppError {
  const message = `expected to go on with an interrupted job (${countFrames(segments)} frames are finished) but ${why}; --restart begins anew`;
  return new AppError('resume-refused', message);
}

/** The segments up to the first one that is not as the journal has it. */
async function checkSegments(
  folder: string,
  segments: readonly SegmentEntry[],
): Promise<{ good: SegmentEntry[]; problem: string | null }> {
  const good: SegmentEntry[] = [];
  for (const entry of segments) {
    const path = join(folder, entry.file);
    const size = await stat(path).then(
      (found) => found.size,
      () => null,
    );
    const isWhole = size === entry.sizeBytes && (await hashFile(path)) === entry.sha256;
    if (!isWhole) {
      const how = size === null ? 'is missing' : 'is damaged';
      return {
        good,
        problem: `Segment ${entry.segment + 1} of ${segments.length} ${how}; from there on the work is done again.`,
      };
    }
    good.push(entry);
  }
  return { good, problem: null };
}

/** Spools hold good pictures only where the same arithmetic made them from the same frames. */
function spoolNames(
  folder: WorkFolder,
  good: readonly SegmentEntry[],
  earlier: JournalContent,
  { segmentFrames }: UpscaleRequest,
): string[] {
  if (good.length < earlier.segments.length || segmentFrames !== earlier.request.segmentFrames) return [];
  return [0, 1].map((ahead) => basename(folder.spoolPath(good.length + ahead)));
}
