import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The plain Node that runs the engine. Inside Electron `process.execPath` is Electron itself, which must not compute
 * (its allocator can end the process): there it is the Node that was shipped beside the app, or the pinned one.
 */
export function nodePath(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const named = env.TANDEM_NODE;
  if (named !== undefined && named !== '') return named;
  if (!('electron' in process.versions)) return process.execPath;
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const resources = (process as { resourcesPath?: string }).resourcesPath;
  const pinned = resolve(import.meta.dirname, '../../node_modules/node/bin', program);
  const places = resources === undefined ? [pinned] : [join(resources, 'node', program), pinned];
  return places.find((place) => existsSync(place)) ?? program;
}

/**
 * Where a plain Node finds a file of a packaged app: it cannot look into the archive, and what it runs lies unpacked
 * beside it.
 */
export function outsideArchive(path: string): string {
  return path.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
}
