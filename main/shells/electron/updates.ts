import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';

/** Asks the feed that the package was built with, if any, and tells by a notification; failing is no error of the app. */
export async function lookForUpdate(): Promise<void> {
  if (!app.isPackaged || !existsSync(join(process.resourcesPath, 'app-update.yml'))) return;
  const { default: updater } = await import('electron-updater');
  await updater.autoUpdater.checkForUpdatesAndNotify().catch(() => undefined);
}
