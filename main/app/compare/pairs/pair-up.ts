import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { AppError } from '../../../core/errors.ts';
import { kindOf } from '../../desktop/browse.ts';

export interface Pair {
  readonly reference: string;
  readonly candidate: string;
  readonly kind: 'image' | 'clip';
}

/**
 * A reference with each candidate: files as they are, folders by the names of their files without the ending.
 * @throws AppError `input-missing` or `wrong-usage`, naming what has no partner
 */
export async function pairUp(reference: string, candidates: readonly string[]): Promise<Pair[]> {
  const isFolder = await isDirectory(reference);
  const pairs: Pair[] = [];
  for (const candidate of candidates) {
    if ((await isDirectory(candidate)) !== isFolder)
      throw new AppError('wrong-usage', `expected two files or two folders but got ${reference} and ${candidate}`);
    pairs.push(...(isFolder ? await pairFolders(reference, candidate) : [makePair(reference, candidate)]));
  }
  return pairs;
}

async function isDirectory(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => null);
  if (info === null)
    throw new AppError('input-missing', `expected a picture or a clip at ${path} but there is nothing`);
  return info.isDirectory();
}

function makePair(reference: string, candidate: string): Pair {
  const [a, b] = [kindOf(reference), kindOf(candidate)];
  if (a === b && (a === 'image' || a === 'video'))
    return { reference, candidate, kind: a === 'image' ? 'image' : 'clip' };
  const message = `expected two pictures or two clips but got ${basename(reference)} and ${basename(candidate)}`;
  throw new AppError('wrong-usage', message);
}

async function pairFolders(reference: string, candidate: string): Promise<Pair[]> {
  const [originals, others] = await Promise.all([filesByName(reference), filesByName(candidate)]);
  const alone = [...originals.keys()].filter((name) => !others.has(name));
  if (originals.size === 0)
    throw new AppError('input-missing', `expected pictures or clips in ${reference} but found none`);
  if (alone.length > 0) {
    const some = alone.slice(0, 3).join(', ');
    const message = `expected a file of the same name in ${candidate} for each of ${reference} but ${some} ${alone.length === 1 ? 'has' : 'have'} none`;
    throw new AppError('input-missing', message);
  }
  return [...originals].map(([name, path]) => makePair(path, others.get(name)!));
}

async function filesByName(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.') && /image|video/.test(kindOf(name)));
  names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const found = new Map<string, string>();
  for (const name of names) {
    const stem = basename(name, extname(name));
    if (found.has(stem))
      throw new AppError('wrong-usage', `expected one file named ${stem} in ${folder} but found two`);
    found.set(stem, join(folder, name));
  }
  return found;
}
