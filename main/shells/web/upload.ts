import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, statfs } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { basename, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../core/errors.ts';

/** Room that stays free beside an upload: the result has to fit as well. */
const SPARE_BYTES = 256 * 1024 * 1024;

/**
 * Streams an upload into a folder under a name that was free. What ends early leaves nothing.
 * @returns the file's path
 * @throws AppError `wrong-usage` for a name or a length that will not do, `disk-full`
 */
export async function receiveUpload(request: IncomingMessage, folder: string, wantedName: string): Promise<string> {
  const name = cleanName(wantedName);
  const bytes = Number(request.headers['content-length']);
  if (!Number.isSafeInteger(bytes) || bytes <= 0)
    throw new AppError('wrong-usage', 'expected an upload that says how long it is but got none');
  await mkdir(folder, { recursive: true });
  await checkRoom(folder, bytes);
  const path = await reserve(folder, name);
  const partial = `${path}.part`;
  try {
    await pipeline(request, createWriteStream(partial, { flags: 'wx' }));
    await rename(partial, path);
    return path;
  } catch (error) {
    await Promise.all([rm(partial, { force: true }), rm(path, { force: true })]);
    throw error;
  }
}

/** @throws AppError `wrong-usage` for what is no plain file name */
export function cleanName(name: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  const isPlain = name.length > 0 && name.length <= 200 && !/[/\\:\u0000-\u001f]/.test(name) && !name.startsWith('.');
  if (isPlain && basename(name) === name) return name;
  throw new AppError('wrong-usage', 'expected an upload with a plain file name but got another');
}

async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes + SPARE_BYTES) return;
  const free = Math.floor((bavail * bsize) / 1e6);
  const message = `expected room for ${Math.ceil(bytes / 1e6)} MB and the result but the disk has ${free} MB`;
  throw new AppError('disk-full', message);
}

/** Takes a name by making an empty file of it: two uploads of one name do not meet. */
async function reserve(folder: string, name: string): Promise<string> {
  const ending = extname(name);
  const stem = name.slice(0, name.length - ending.length);
  for (let number = 1; ; number++) {
    const path = join(folder, number === 1 ? name : `${stem} (${String(number)})${ending}`);
    const handle = await open(path, 'wx').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
      throw error;
    });
    if (handle === null) continue;
    await handle.close();
    return path;
  }
}
