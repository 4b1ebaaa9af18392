/** All that the sandboxed page gets of Electron: messages of the contract, and the naming of files a person chose. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Channel } from './channels.ts';

const TO_APP = 'tandem:to-app' satisfies Channel;
const TO_PAGE = 'tandem:to-page' satisfies Channel;
const GRANT = 'tandem:grant' satisfies Channel;

type ChosenFile = Parameters<typeof webUtils.getPathForFile>[0];

contextBridge.exposeInMainWorld('tandem', {
  send: (message: unknown): void => ipcRenderer.send(TO_APP, message),
  onMessage: (listener: (message: unknown) => void): void => {
    ipcRenderer.on(TO_PAGE, (_event, message: unknown) => listener(message));
  },
  // A file that a page made up has no path, and is refused.
  grantFile: (file: ChosenFile): Promise<unknown> => ipcRenderer.invoke(GRANT, webUtils.getPathForFile(file)),
});
