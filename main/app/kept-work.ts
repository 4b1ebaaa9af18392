import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isAppError } from '../core/errors.ts';
import { countFrames, readJournal } from './journal.ts';
import { keepOnly, removeFolder, releaseFolder } from './work-folder.ts';

/**
 * Leaves a job that did not come to its end: what is finished stays, everything else goes; where nothing is, the folder
 * goes, too. Never throws.
 * @returns frames that are kept
 */
export async function settleWork(folder: string): Promise<number> {
  try {
    const content = await readJournal(folder);
    const segments = content?.segments ?? [];
    const spools = (await findSpools(folder)).filter((name) => content !== null && name.endsWith('.spool'));
    if (segments.length === 0 && spools.length === 0) {
      await removeFolder(folder);
      return 0;
    }
    await keepOnly(folder, ['journal.json', ...segments.map(({ file }) => file), ...spools]);
    await releaseFolder(folder);
    return countFrames(segments);
  } catch {
    await releaseFolder(folder);
    return 0;
  }
}

async function findSpools(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.spool'));
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return names.filter((_, i) => sizes[i]! > 0);
}

/** The error, saying also what is kept of the job. */
export function tellKept<E>(error: E, frames: number): E | AppError {
  if (frames === 0 || !isAppError(error) || error.code === 'resume-refused') return error;
  const { code, message, details, cause } = error;
  return new AppError(code, `${message}; ${describeKept(frames)}`, { details, cause });
}

/** How a job that a person stopped ended. */
export function stoppedError(frames: number, cause?: unknown): AppError {
  const rest = frames === 0 ? 'no part was finished yet, so nothing is kept' : describeKept(frames);
  return new AppError('interrupted', `stopped: ${rest}`, { cause });
}

function describeKept(frames: number): string {
  return `${frames} finished frames are kept and \`tandem resume\` goes on from there`;
}
