/** The desktop app in Electron: the same app object as `tandem serve`, in a window instead of a server. */
import { join } from 'node:path';
import { app, BrowserWindow, dialog, Menu, protocol, session } from 'electron';
import { openDesktopApp } from '../../app/desktop/desktop-app.ts';
import type { DesktopApp } from '../../app/desktop/desktop-app.ts';
import { stateFolder } from '../../app/state-folder.ts';
import { toPlainError } from '../../contract/rpc.ts';
import { PAGE_FOLDER } from '../page/build-page.ts';
import { readVersion } from '../page/version.ts';
import { hardenContents, refusePermissions } from './harden.ts';
import { openWindow } from './open-window.ts';
import { answerPage, PAGE_SCHEME } from './page-protocol.ts';
import { makeShellHooks } from './shell-hooks.ts';
import { lookForUpdate } from './updates.ts';
import { languageOf } from './words.ts';

async function start(): Promise<void> {
  await app.whenReady();
  // Copying and pasting by keyboard needs a menu on macOS alone.
  const roles = [{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }] as const;
  Menu.setApplicationMenu(process.platform === 'darwin' ? Menu.buildFromTemplate([...roles]) : null);
  const hooks = makeShellHooks(() => languageOf(desktop));
  const desktop = await openDesktopApp({ version: await readVersion(), stateFolder: stateFolder(), shell: hooks });
  closeInGoodOrder(desktop);
  refusePermissions(session.defaultSession);
  session.defaultSession.protocol.handle(PAGE_SCHEME.scheme, (request) => answerPage(request, desktop, PAGE_FOLDER));
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) void openWindow(desktop, hooks);
  });
  await openWindow(desktop, hooks);
  await lookForUpdate();
}

/** Running clips are stopped and their finished segments kept before the process ends. */
function closeInGoodOrder(desktop: DesktopApp): void {
  let closing: Promise<void> | null = null;
  app.on('will-quit', (event) => {
    if (closing) return;
    event.preventDefault();
    closing = desktop.close();
    void closing.finally(() => app.exit(0));
  });
}

app.enableSandbox();
// The profile of the page's browser belongs to what the app keeps.
app.setPath('userData', join(stateFolder(), 'electron'));
protocol.registerSchemesAsPrivileged([PAGE_SCHEME]);
app.on('web-contents-created', (_event, contents) => hardenContents(contents));
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit();
});
app.on('second-instance', () => {
  const [window] = BrowserWindow.getAllWindows();
  if (window?.isMinimized() === true) window.restore();
  window?.focus();
});

if (app.requestSingleInstanceLock()) {
  start().catch((error: unknown) => {
    dialog.showErrorBox('Tandem', toPlainError(error).message);
    app.exit(1);
  });
} else app.quit();
