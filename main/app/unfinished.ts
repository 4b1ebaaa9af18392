/** Use case: what interrupted jobs are there, and throwing one away. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError, isAppError } from '../core/errors.ts';
import type { UpscaleRequest } from '../contract/messages.ts';
import { countFrames, readJournal } from './journal.ts';
import { findOwner, isWorkFolderName, removeFolder, workFolderOf } from './work-folder.ts';

export interface UnfinishedJob {
  readonly workFolder: string;
  readonly outputPath: string;
  /** What was asked for; null where the journal is missing or damaged. */
  readonly request: UpscaleRequest | null;
  /** Why there is none, as one sentence. */
  readonly problem: string | null;
  readonly frames: number;
  /** Number of the process that is at work on it. */
  readonly owner: number | null;
}

/**
 * @param where a folder that is searched, a work folder, a clip, or the output of a job
 * @throws AppError `input-missing` where no interrupted job is found
 */
export async function findUnfinished(where: string): Promise<UnfinishedJob[]> {
  const path = resolve(where);
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() ?? false;
  const jobs = isFolder ? await jobsIn(path) : await jobsOf(path);
  if (jobs.length > 0) return jobs;
  throw new AppError(
    'input-missing',
    `expected an interrupted job ${isFolder ? 'in' : 'of'} ${path} but there is none`,
  );
}

async function jobsIn(folder: string): Promise<UnfinishedJob[]> {
  if (isWorkFolderName(folder)) return [await describe(folder)];
  const names = (await readdir(folder)).filter(isWorkFolderName).sort();
  return Promise.all(names.map((name) => describe(join(folder, name))));
}

/** Jobs whose input or output it is, beside it and where the person stands. */
async function jobsOf(path: string): Promise<UnfinishedJob[]> {
  const folders = [...new Set([dirname(path), process.cwd()])];
  const found = (await Promise.all(folders.map((folder) => jobsIn(folder).catch(() => [])))).flat();
  return found.filter(({ request, workFolder }) => request?.inputPath === path || workFolder === workFolderOf(path));
}

async function describe(workFolder: string): Promise<UnfinishedJob> {
  const outputPath = join(dirname(workFolder), basename(workFolder).slice(1, -'.tandem-part'.length));
  const owner = await findOwner(workFolder);
  const common = { workFolder, outputPath, owner };
  try {
    const journal = await readJournal(workFolder);
    if (journal === null)
      return { ...common, request: null, frames: 0, problem: `expected a journal in ${workFolder} but there is none` };
    return { ...common, request: journal.request, frames: countFrames(journal.segments), problem: null };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { ...common, request: null, frames: 0, problem: error.message };
  }
}

/** @throws AppError `output-exists` while somebody is at work on it */
export async function discardJob({ workFolder, outputPath, owner }: UnfinishedJob): Promise<void> {
  if (owner !== null) {
    throw new AppError('output-exists', `expected no one at work on ${outputPath} but process ${owner} is`);
  }
  await removeFolder(workFolder);
}

/**
 * The request that goes on with it.
 * @param device where to compute the rest; where it was before when absent
 * @throws AppError `journal-damaged` where it cannot be known
 */
export function requestToResume({ request, problem, outputPath }: UnfinishedJob, device?: string): UpscaleRequest {
  const other = device === undefined ? {} : { device };
  if (request !== null) return { ...request, ...other, outputPath, unfinished: 'continue' };
  throw new AppError('journal-damaged', `${problem ?? 'expected a journal'}; upscale the clip again, or --discard it`);
}
