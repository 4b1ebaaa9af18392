import { join } from 'node:path';
import { BrowserWindow, dialog } from 'electron';
import type { DesktopApp } from '../../app/desktop/desktop-app.ts';
import { PAGE_ADDRESS } from './page-protocol.ts';
import { servePage } from './serve-page.ts';
import type { ElectronHooks } from './shell-hooks.ts';
import { languageOf, WORDS } from './words.ts';

const PRELOAD = join(import.meta.dirname, 'dist', 'preload.cjs');

/** Reloads of a page that crashed, before it is left alone. */
const MOST_RELOADS = 3;

/** The app's window: a sandboxed page in a context of its own. */
export async function openWindow(app: DesktopApp, hooks: ElectronHooks): Promise<void> {
  const window = new BrowserWindow({
    ...{ width: 1280, height: 860, minWidth: 400, minHeight: 480, show: false, autoHideMenuBar: true },
    webPreferences: {
      preload: PRELOAD,
      ...{ contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false, spellcheck: false },
    },
  });
  servePage(window.webContents, app);
  let reloads = 0;
  window.webContents.on('render-process-gone', () => {
    if (reloads++ < MOST_RELOADS) window.webContents.reload();
  });
  let mayClose = false;
  window.on('close', (event) => {
    if (mayClose || !hooks.isBusy()) return;
    event.preventDefault();
    void askToClose(window, app).then((isSure) => {
      mayClose = isSure;
      if (isSure) window.close();
    });
  });
  window.once('ready-to-show', () => window.show());
  await window.loadURL(PAGE_ADDRESS);
}

async function askToClose(window: BrowserWindow, app: DesktopApp): Promise<boolean> {
  const words = WORDS[await languageOf(app)];
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    ...{ message: words.closeQuestion, detail: words.closeDetail },
    ...{ buttons: [words.stay, words.close], defaultId: 0, cancelId: 0 },
  });
  return response === 1;
}
