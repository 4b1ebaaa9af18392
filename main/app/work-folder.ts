import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { explainingWrites } from './fs-errors.ts';

const OWNER_FILE = 'owner';

/** Where a job keeps its segments, its journal and the file to come: beside the output, so that a rename ends it. */
export interface WorkFolder {
  readonly path: string;
  segmentPath(segment: number): string;
  /** The whole file before it gets its name. */
  readonly joinedPath: string;
  /** Never throws. */
  remove(): Promise<void>;
}

/** `.clip.mp4.tandem-part` beside `clip.mp4`. */
export function workFolderOf(outputPath: string): string {
  return join(dirname(outputPath), `.${basename(outputPath)}.tandem-part`);
}

/**
 * Makes the work folder; what a dead job left there is removed.
 * @throws AppError `output-unwritable`, `disk-full`, or `output-exists` while another job is at work in it
 */
export async function openWorkFolder(outputPath: string): Promise<WorkFolder> {
  const path = workFolderOf(outputPath);
  await explainingWrites(outputPath, async () => {
    await takeOver(path, outputPath);
    try {
      await writeFile(join(path, OWNER_FILE), String(process.pid));
    } catch (error) {
      await removeFolder(path);
      throw error;
    }
  });
  return {
    path,
    segmentPath: (segment) => join(path, `${String(segment).padStart(6, '0')}.nut`),
    joinedPath: join(path, `joined-${basename(outputPath)}`),
    remove: () => removeFolder(path),
  };
}

async function takeOver(path: string, outputPath: string): Promise<void> {
  try {
    await mkdir(path);
    return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = await readFile(join(path, OWNER_FILE), 'utf8').catch(() => null);
  if (owner !== null && isAlive(Number(owner))) {
    const message = `expected no other job for ${outputPath} but process ${owner} is at work on it in ${path}`;
    throw new AppError('output-exists', message, { details: { owner, workFolder: path } });
  }
  if (owner === null && (await readdir(path)).length > 0) {
    throw new AppError('output-unwritable', `expected ${path} to be free for Tandem's work but it holds other files`);
  }
  await rm(path, { recursive: true });
  await mkdir(path);
}

function isAlive(pid: number): boolean {
  if (pid === process.pid || !Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes a work folder whatever state it is in. Never throws. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}
