import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const APP = 'tandem';

/** Folder for what can be computed again: capability records, compiled programs. Not created here. */
export function cacheFolder(env: Environment = process.env): string {
  const own = env['TANDEM_CACHE_DIR'];
  if (own !== undefined && own !== '') return own;
  return join(platformFolder(env, 'XDG_CACHE_HOME', '.cache', 'Library/Caches'), APP);
}

function platformFolder(env: Environment, xdgName: string, xdgDefault: string, macFolder: string): string {
  if (process.platform === 'win32') return env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return join(homedir(), macFolder);
  const xdg = env[xdgName];
  return xdg !== undefined && xdg.startsWith('/') ? xdg : join(homedir(), xdgDefault);
}
