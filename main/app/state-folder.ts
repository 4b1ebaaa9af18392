import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Folder for what must not be lost: queue, settings, added models. Not created here. `TANDEM_STATE_DIR` names another. */
export function stateFolder(env: Environment = process.env): string {
  const own = env.TANDEM_STATE_DIR;
  if (own !== undefined && own !== '') return own;
  if (process.platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'tandem');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'tandem');
  const xdg = env.XDG_STATE_HOME;
  return join(xdg?.startsWith('/') === true ? xdg : join(homedir(), '.local', 'state'), 'tandem');
}
