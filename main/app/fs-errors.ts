import { AppError, isAppError } from '../core/errors.ts';

/**
 * What a failed write means to a person.
 * @param error whatever was thrown; an AppError comes back as it is
 * @param path the file or folder that was to be written
 */
export function explainWriteError(error: unknown, path: string): unknown {
  if (isAppError(error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  const options = { details: { path, systemCode: code }, cause: error };
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('disk-full', `expected room for ${path} but the disk is full`, options);
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new AppError('output-unwritable', `expected to be allowed to write ${path} but it is read-only`, options);
    case 'ENOENT':
    case 'ENOTDIR':
      return new AppError('output-unwritable', `expected the folder of ${path} to exist but it does not`, options);
    case 'ENAMETOOLONG':
      return new AppError('output-unwritable', `expected a shorter name than ${path}`, options);
    default:
      return error;
  }
}

/** True for a write that failed for want of room, whoever wrote. */
export function isDiskFull(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'disk-full' || code === 'ENOSPC' || code === 'EDQUOT';
}

/** Runs `work`; its write errors speak to a person. */
export async function explainingWrites<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainWriteError(error, path);
  }
}
