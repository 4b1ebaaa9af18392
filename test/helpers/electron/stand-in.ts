/**
 * A stand-in for the `electron` module, as thin as the shell's `main` lets it be: real Chromium for the windows, notes to
 * the test for what only a desktop shows. It knows what the shell uses and nothing else.
 */
import { EventEmitter } from 'node:events';
import type Electron from 'electron';
import { addProtocol, closeBrowser } from './chromium.ts';
import { onDeed, tell } from './tell.ts';
import { announcements, isPrevented, openWindows, StandInWindow } from './window.ts';

class StandInApp extends EventEmitter {
  readonly isPackaged = false;
  readonly #calls: string[] = [];

  readonly whenReady: Electron.App['whenReady'] = () => Promise.resolve();
  readonly requestSingleInstanceLock: Electron.App['requestSingleInstanceLock'] = () => true;

  readonly enableSandbox: Electron.App['enableSandbox'] = () => void this.#calls.push('sandbox');

  readonly setPath: Electron.App['setPath'] = (name, path) => {
    if (name === 'userData') tell({ what: 'user-data', path });
  };

  readonly quit: Electron.App['quit'] = () => {
    for (const window of [...openWindows]) window.close();
    if (openWindows.length > 0) return;
    if (!isPrevented(this, 'will-quit')) this.exit();
  };

  readonly exit: Electron.App['exit'] = (code) => void closeBrowser().finally(() => process.exit(code ?? 0));

  /** What Electron would do by itself. */
  get isSandboxed(): boolean {
    return this.#calls.includes('sandbox');
  }
}

const standInApp = new StandInApp();
announcements.on('contents', (contents: unknown) => standInApp.emit('web-contents-created', {}, contents));
announcements.on('all-closed', () => standInApp.emit('window-all-closed'));
process.on('SIGTERM', () => standInApp.quit());

export const app = standInApp as unknown as Electron.App;
export const BrowserWindow = StandInWindow as unknown as typeof Electron.BrowserWindow;

const chosen: string[][] = [];
const answers: number[] = [];
onDeed('choose-files', ({ paths }) => chosen.push([...paths]));
onDeed('answer', ({ button }) => answers.push(button));

export const dialog = {
  showOpenDialog: () => {
    const filePaths = chosen.shift();
    return Promise.resolve({ canceled: filePaths === undefined, filePaths: filePaths ?? [] });
  },
  showMessageBox: (_window: unknown, options: Electron.MessageBoxOptions) => {
    tell({ what: 'question', options });
    return Promise.resolve({ response: answers.shift() ?? options.cancelId ?? 0, checkboxChecked: false });
  },
  showErrorBox: (_title: string, content: string) => tell({ what: 'error-box', content }),
} as unknown as Electron.Dialog;

export const Menu = {
  setApplicationMenu: () => undefined,
  buildFromTemplate: () => null,
} as unknown as typeof Electron.Menu;

export const Notification = class {
  readonly #options: Electron.NotificationConstructorOptions;
  static isSupported = (): boolean => true;
  constructor(options: Electron.NotificationConstructorOptions) {
    this.#options = options;
  }
  show(): void {
    tell({ what: 'notification', title: this.#options.title ?? '', body: this.#options.body ?? '' });
  }
} as unknown as typeof Electron.Notification;

export const powerSaveBlocker = {
  start: () => {
    tell({ what: 'awake', isAwake: true });
    return 1;
  },
  stop: () => {
    tell({ what: 'awake', isAwake: false });
    return true;
  },
} as unknown as Electron.PowerSaveBlocker;

const schemes: string[] = [];
export const protocol = {
  registerSchemesAsPrivileged: (wanted: Electron.CustomScheme[]) => schemes.push(...wanted.map(({ scheme }) => scheme)),
} as unknown as Electron.Protocol;

export const session = {
  defaultSession: {
    setPermissionRequestHandler: () => undefined,
    setPermissionCheckHandler: () => undefined,
    setDevicePermissionHandler: () => undefined,
    protocol: {
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) => {
        if (!standInApp.isSandboxed || !schemes.includes(scheme))
          throw new Error(`expected the sandbox and the scheme ${scheme} to be set up before the app is ready`);
        addProtocol(scheme, handler);
      },
    },
  },
} as unknown as typeof Electron.session;

export const shell = {
  showItemInFolder: (path: string) => tell({ what: 'reveal', path }),
} as unknown as Electron.Shell;
