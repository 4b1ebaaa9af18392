import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { buildPreload } from '../../../main/shells/electron/build-preload.ts';
import { ensurePage } from '../../../main/shells/page/build-page.ts';
import { waitFor } from '../run-cli.ts';
import type { Deed, Told } from './tell.ts';

const MAIN = resolve(import.meta.dirname, '../../../main/shells/electron/main.ts');
const REGISTER = new URL('register.ts', import.meta.url).href;
const PATIENCE_MS = 120_000;

/** The shell's own `main` on the stand-in; its state lies in `folder/.state`. */
export async function startElectron(folder: string) {
  await Promise.all([ensurePage(), buildPreload()]);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', REGISTER, MAIN], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, TANDEM_STATE_DIR: join(folder, '.state') },
  });
  const told: Told[] = [];
  child.on('message', (message: Told) => told.push(message));
  const ended = new Promise<void>((gone) => child.once('close', gone));
  let isGone = false;
  void ended.then(() => (isGone = true));
  const find = <W extends Told['what']>(what: W) =>
    told.filter((one): one is Extract<Told, { what: W }> => one.what === what);
  const { port } = await waitFor('the window of the app', () => {
    if (isGone) throw new Error(`the app ended: ${JSON.stringify(told)}`);
    return find('devtools')[0];
  });
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${String(port)}`);
  const [context] = browser.contexts();
  context!.setDefaultTimeout(PATIENCE_MS);
  return {
    page: context!.pages()[0]!,
    told: find,
    act: (deed: Deed) => child.send(deed),
    ended,
    /** Ends it in good order. */
    stop: async () => {
      if (!isGone) child.kill('SIGTERM');
      await ended;
    },
    /** As a power cut would. */
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
