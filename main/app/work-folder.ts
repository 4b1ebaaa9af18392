import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../core/errors.ts';
import { explainingWrites } from './fs-errors.ts';

const OWNER_FILE = 'owner';
const SUFFIX = '.tandem-part';
/** Rows of the stats file to come. */
export const STATS_ROWS_FILE = 'stats.rows';

/** Where a job keeps its segments, its journal and the file to come: beside the output, so that a rename ends it. */
export interface WorkFolder {
  readonly path: string;
  segmentPath(segment: number): string;
  spoolPath(segment: number): string;
  readonly statsRowsPath: string;
  /** The whole file before it gets its name. */
  readonly joinedPath: string;
  /** Removes every file but those named. Never throws. */
  keepOnly(names: readonly string[]): Promise<void>;
  /** Leaves the folder to whoever goes on with the job. Never throws. */
  release(): Promise<void>;
  /** Never throws. */
  remove(): Promise<void>;
}

/** `.clip.mp4.tandem-part` beside `clip.mp4`. */
export function workFolderOf(outputPath: string): string {
  return join(dirname(outputPath), `.${basename(outputPath)}${SUFFIX}`);
}

export function isWorkFolderName(path: string): boolean {
  const name = basename(path);
  return name.startsWith('.') && name.endsWith(SUFFIX);
}

/** How long a job that is being stopped may take until its folder is free. */
const LEAVING_MS = 5000;

/**
 * Makes the work folder, or takes over what a job that is no longer running left there.
 * @throws AppError `output-unwritable`, `disk-full`, or `output-exists` while another job is at work in it
 */
export async function openWorkFolder(outputPath: string, leavingMs = LEAVING_MS): Promise<WorkFolder> {
  const path = workFolderOf(outputPath);
  const ownerPath = join(path, OWNER_FILE);
  await explainingWrites(outputPath, async () => {
    const isNew = await takeOver(path, outputPath, leavingMs);
    try {
      await writeFile(ownerPath, formatOwner());
    } catch (error) {
      if (isNew) await removeFolder(path);
      throw error;
    }
  });
  const fileOf = (segment: number, ending: string) => join(path, `${String(segment).padStart(6, '0')}.${ending}`);
  return {
    path,
    segmentPath: (segment) => fileOf(segment, 'nut'),
    spoolPath: (segment) => fileOf(segment, 'spool'),
    statsRowsPath: join(path, STATS_ROWS_FILE),
    joinedPath: join(path, `joined-${basename(outputPath)}`),
    keepOnly: (names) => keepOnly(path, names),
    release: () => releaseFolder(path),
    remove: () => removeFolder(path),
  };
}

async function takeOver(path: string, outputPath: string, leavingMs: number): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const end = performance.now() + leavingMs;
  for (let owner = await findOwner(path); owner !== null; owner = await findOwner(path)) {
    if (performance.now() < end) {
      await sleep(100);
      continue;
    }
    const message = `expected no other job for ${outputPath} but process ${owner} is at work on it in ${path}`;
    throw new AppError('output-exists', message, { details: { owner, workFolder: path } });
  }
  const names = await readdir(path);
  if (names.length > 0 && !names.includes(OWNER_FILE) && !names.includes('journal.json')) {
    throw new AppError('output-unwritable', `expected ${path} to be free for Tandem's work but it holds other files`);
  }
  return false;
}

/** Number of the process that is at work in a work folder; null where none is. */
export async function findOwner(path: string): Promise<number | null> {
  const text = await readFile(join(path, OWNER_FILE), 'utf8').catch(() => '');
  const [pid = 0, bootedAtMs = 0] = text.split(' ').map(Number);
  // After a restart of the machine the number may be another program's.
  return isAlive(pid) && Math.abs(bootedAtMs - machineStartMs()) < SAME_START_MS ? pid : null;
}

/** Clocks are set now and then; machines do not start twice within a minute. */
const SAME_START_MS = 60_000;

function machineStartMs(): number {
  return Date.now() - uptime() * 1000;
}

function formatOwner(): string {
  return `${process.pid} ${Math.round(machineStartMs())}`;
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

/** Removes everything of a work folder but the files named and its owner's. Never throws. */
export async function keepOnly(path: string, names: readonly string[]): Promise<void> {
  const found = await readdir(path).catch(() => []);
  for (const name of found.filter((each) => each !== OWNER_FILE && !names.includes(each))) {
    await removeFolder(join(path, name));
  }
}

/** Leaves the folder to whoever goes on with its job. Never throws. */
export async function releaseFolder(path: string): Promise<void> {
  await rm(join(path, OWNER_FILE), { force: true }).catch(() => undefined);
}

/** Removes a work folder whatever state it is in. Never throws. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}
