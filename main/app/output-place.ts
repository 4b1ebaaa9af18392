import { access, constants, link, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../core/errors.ts';
import { syncFolder } from './durable-file.ts';
import { explainingWrites } from './fs-errors.ts';

/** Identity of a file on disk, or null where there is none. */
async function lookAt(path: string): Promise<{ device: number; inode: number; isFolder: boolean } | null> {
  try {
    const found = await stat(path);
    return { device: found.dev, inode: found.ino, isFolder: found.isDirectory() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Refuses a file that may not be written, before any work is done.
 * @throws AppError `wrong-usage` where it is the input, `output-exists` without leave to overwrite, `output-unwritable`
 *   where its folder is missing or read-only
 */
export async function checkOutputPlace(inputPath: string, outputPath: string, overwrite: boolean): Promise<void> {
  const output = await explainingWrites(outputPath, async () => {
    await access(dirname(outputPath), constants.W_OK);
    return lookAt(outputPath);
  });
  if (!output) return;
  const input = await lookAt(inputPath);
  if (input?.device === output.device && input.inode === output.inode) {
    throw new AppError('wrong-usage', `expected an output beside the input but ${outputPath} is the input itself`);
  }
  if (output.isFolder) {
    throw new AppError('output-unwritable', `expected ${outputPath} to be a new name but it is a folder that exists`);
  }
  if (!overwrite) throw alreadyThere(outputPath);
}

/**
 * Gives the finished file its name. Without leave to overwrite, a file that appeared meanwhile is kept.
 * @throws AppError `output-exists`
 */
export async function publish(temporaryPath: string, outputPath: string, overwrite: boolean): Promise<void> {
  await explainingWrites(outputPath, async () => {
    if (overwrite) await rename(temporaryPath, outputPath);
    else await renameExclusively(temporaryPath, outputPath);
    await syncFolder(dirname(outputPath));
  });
}

/** A hard link fails where the name is taken. */
async function renameExclusively(temporaryPath: string, outputPath: string): Promise<void> {
  try {
    await link(temporaryPath, outputPath);
    await rm(temporaryPath, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere(outputPath);
    // A file system without hard links: the best it can do is to look first.
    if (await lookAt(outputPath)) throw alreadyThere(outputPath);
    await rename(temporaryPath, outputPath);
  }
}

function alreadyThere(outputPath: string): AppError {
  const message = `expected ${outputPath} to be free but it exists already (--overwrite replaces it)`;
  return new AppError('output-exists', message, { details: { outputPath } });
}
