import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

export interface PageFile {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
}

/**
 * A file of the built page.
 * @param path below the page's folder, `''` for the page itself; only plain names lead anywhere
 */
export async function readPageFile(folder: string, path: string): Promise<PageFile | null> {
  const name = path === '' ? 'index.html' : path;
  if (!/^(assets\/)?[\w-]+(\.[\w-]+)*$/.test(name)) return null;
  const mimeType = MIME_TYPES[extname(name)];
  if (mimeType === undefined) return null;
  const bytes = await readFile(join(folder, name)).catch(() => null);
  return bytes && { bytes, mimeType };
}
