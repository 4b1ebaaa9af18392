import { BrowserWindow, dialog, Notification, powerSaveBlocker, shell } from 'electron';
import type { OpenDialogOptions } from 'electron';
import type { ShellHooks } from '../../app/desktop/desktop-app.ts';
import type { Settings } from '../../contract/app-messages.ts';
import { WORDS } from './words.ts';

export interface ElectronHooks extends ShellHooks {
  /** A clip is being upscaled. */
  isBusy(): boolean;
}

/** What the desktop gives: dialogs, the file manager, a machine kept awake, progress in the task bar, notifications. */
export function makeShellHooks(language: () => Promise<Settings['language']>): ElectronHooks {
  let blocker: number | null = null;
  const windows = () => BrowserWindow.getAllWindows();
  const ask = async (options: OpenDialogOptions): Promise<string[]> => {
    const [window] = windows();
    const { canceled, filePaths } = await (window
      ? dialog.showOpenDialog(window, options)
      : dialog.showOpenDialog(options));
    return canceled ? [] : filePaths;
  };
  return {
    kind: 'electron',
    root: null,
    isBusy: () => blocker !== null,
    pickFiles: async () => {
      const options: OpenDialogOptions = {
        title: WORDS[await language()].chooseClips,
        // Windows and Linux have no dialog for both; folders can be dropped everywhere.
        properties: [
          'openFile',
          'multiSelections',
          ...(process.platform === 'darwin' ? ['openDirectory' as const] : []),
        ],
      };
      return ask(options);
    },
    pickFolder: async () => {
      const [folder = null] = await ask({ title: WORDS[await language()].chooseFolder, properties: ['openDirectory'] });
      return folder;
    },
    reveal: (path) => shell.showItemInFolder(path),
    onBusy: (isBusy) => {
      if (isBusy) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
      else if (blocker !== null) {
        powerSaveBlocker.stop(blocker);
        blocker = null;
      }
    },
    onShare: (share) => {
      for (const window of windows()) window.setProgressBar(share ?? -1);
    },
    onAllDone: (finished) => void notify(finished, language),
  };
}

async function notify(finished: number, language: () => Promise<Settings['language']>): Promise<void> {
  if (!Notification.isSupported()) return;
  const words = WORDS[await language()];
  new Notification({ title: words.doneTitle, body: words.done(finished) }).show();
}
