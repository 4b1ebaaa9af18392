import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isAppError } from '../core/errors.ts';
import { countFrames, readJournal } from './journal.ts';
import { keepOnly, removeFolder, releaseFolder } from './work-folder.ts';

export interface KeptWork {
  readonly frames: number;
  /** Pictures of the open segment are there, too. */
  readonly hasSpool: boolean;
}

export const NOTHING_KEPT: KeptWork = { frames: 0, hasSpool: false };

/**
 * Leaves a job that did not come to its end: what is finished stays, everything else goes; where nothing is, the folder
 * goes, too. Never throws.
 */
export async function settleWork(folder: string): Promise<KeptWork> {
  try {
    const content = await readJournal(folder);
    const segments = content?.segments ?? [];
    const spools = (await findSpools(folder)).filter((name) => content !== null && name.endsWith('.spool'));
    if (segments.length === 0 && spools.length === 0) {
      await removeFolder(folder);
      return NOTHING_KEPT;
    }
    await keepOnly(folder, ['journal.json', ...segments.map(({ file }) => file), ...spools]);
    await releaseFolder(folder);
    return { frames: countFrames(segments), hasSpool: spools.length > 0 };
  } catch {
    await releaseFolder(folder);
    return NOTHING_KEPT;
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
export function tellKept<E>(error: E, kept: KeptWork): E | AppError {
  const words = describeKept(kept);
  if (words === null || !isAppError(error) || error.code === 'resume-refused') return error;
  const { code, message, details, cause } = error;
  return new AppError(code, `${message}; ${words}`, { details, cause });
}

/** How a job that a person stopped ended. */
export function stoppedError(kept: KeptWork, cause?: unknown): AppError {
  const words = describeKept(kept) ?? 'no part was finished yet, so nothing is kept';
  return new AppError('interrupted', `stopped: ${words}`, { cause });
}

function describeKept({ frames, hasSpool }: KeptWork): string | null {
  if (frames > 0) return `${frames} finished frames are kept and \`tandem resume\` goes on from there`;
  return hasSpool ? 'the pictures made so far are kept and `tandem resume` goes on from there' : null;
}
