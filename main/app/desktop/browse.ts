/** Use case: looking into folders, never above a root. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import type { Entry, Listing } from '../../contract/app-messages.ts';
import { AppError } from '../../core/errors.ts';
import type { FileGrants } from './file-grants.ts';

const KINDS: Readonly<Record<Exclude<Entry['kind'], 'folder' | 'other'>, RegExp>> = {
  video: /\.(mp4|m4v|mov|mkv|webm|avi|mpg|mpeg|ts|m2ts|mts|mxf|wmv|flv|ogv|3gp|y4m|vob|nut)$/i,
  image: /\.(png|jpe?g|webp|bmp|tiff?)$/i,
  model: /\.onnx$/i,
};

/** Entries a page is sent; a folder with more is not for a list. */
const MOST_ENTRIES = 2000;

export function kindOf(name: string): Exclude<Entry['kind'], 'folder'> {
  for (const [kind, ending] of Object.entries(KINDS)) if (ending.test(name)) return kind as keyof typeof KINDS;
  return 'other';
}

/** True where `path`, links resolved, lies in `root`. */
async function liesIn(root: string, path: string): Promise<boolean> {
  const [realRoot, realPath] = await Promise.all([realpath(root), realpath(path)]);
  return realPath === realRoot || realPath.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep);
}

/** A path that may be opened: where there is a root, links must not lead out of it. @throws AppError `input-missing` */
export async function pathWithin(root: string | null, path: string): Promise<string> {
  if (root === null || (await liesIn(root, path).catch(() => false))) return path;
  throw new AppError('input-missing', `expected a file that may be opened here but ${basename(path)} is none`);
}

/** A place in words: relative to the root, or the folder's name. */
export function placeOf(path: string, root: string | null): string {
  if (root === null) return basename(dirname(path));
  const place = relative(root, dirname(path));
  return place === '' ? basename(root) : join(basename(root), place);
}

/**
 * @param folderId of an earlier listing; `null` is the root
 * @throws AppError `input-missing` or `input-unreadable` for what cannot be listed or lies outside
 */
export async function browse(folderId: string | null, root: string, grants: FileGrants): Promise<Listing> {
  const folder = folderId === null ? root : grants.pathOf(folderId);
  const shown = await listFolder(folder, root);
  const entries = await Promise.all(shown.slice(0, MOST_ENTRIES).map((name) => describe(join(folder, name), grants)));
  const isRoot = relative(root, folder) === '';
  return {
    folderId: grants.grant(folder),
    place: isRoot ? basename(root) || root : join(basename(root), relative(root, folder)),
    parentId: isRoot ? null : grants.grant(dirname(folder)),
    entries: entries.filter((entry) => entry !== null).sort(foldersFirst),
    leftOut: Math.max(0, shown.length - MOST_ENTRIES),
  };
}

async function listFolder(folder: string, root: string): Promise<string[]> {
  const isInside = await liesIn(root, folder).catch(() => false);
  if (!isInside) throw new AppError('input-missing', 'expected a folder that may be shown but it is not there');
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new AppError('input-unreadable', `expected a readable folder but ${basename(folder)} is none`, { cause });
  });
  return names.filter((name) => !name.startsWith('.')).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

async function describe(path: string, grants: FileGrants): Promise<Entry | null> {
  const found = await stat(path).catch(() => null);
  if (found === null || (!found.isFile() && !found.isDirectory())) return null;
  const name = basename(path);
  const kind = found.isDirectory() ? 'folder' : kindOf(name);
  return { fileId: grants.grant(path), name, kind, sizeBytes: found.isFile() ? found.size : 0 };
}

function foldersFirst(a: Entry, b: Entry): number {
  return Number(b.kind === 'folder') - Number(a.kind === 'folder');
}

export interface FoundFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** The clip itself, or the clips of a folder and of its folders. Files that are no clips by their name are passed over. */
export async function findClips(path: string, limit: number): Promise<FoundFile[]> {
  const info = await stat(path).catch(() => null);
  if (info === null) throw new AppError('input-missing', `expected a clip or a folder but ${basename(path)} is gone`);
  if (!info.isDirectory()) return [{ path, sizeBytes: info.size }];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const clips = entries
    .filter((entry) => entry.isFile() && kindOf(entry.name) === 'video' && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => extname(dirname(file)) !== '.tandem-part')
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .slice(0, limit);
  return Promise.all(clips.map(async (file) => ({ path: file, sizeBytes: (await stat(file)).size })));
}
