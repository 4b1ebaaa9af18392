import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { BrowserWindowConstructorOptions, WebContents } from 'electron';
import type { Page } from 'playwright-core';
import { addressOf, launch, ownAddressOf } from './chromium.ts';
import { PageSession } from './page-session.ts';
import type { FromPage } from './page-session.ts';
import { onDeed, tell } from './tell.ts';

type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0];
type InvokeHandler = (event: unknown, ...args: unknown[]) => unknown;

/** Windows are Chromium's pages; made contents are announced to `app`. */
export const openWindows: StandInWindow[] = [];
export const announcements = new EventEmitter();

/** Emits an event that a listener may forbid, as Electron's are; @returns whether one did. */
export function isPrevented(emitter: EventEmitter, name: string, details: object = {}): boolean {
  const event = { ...details, defaultPrevented: false, preventDefault: () => void (event.defaultPrevented = true) };
  emitter.emit(name, event);
  return event.defaultPrevented;
}

class StandInContents extends EventEmitter {
  readonly ipc = Object.assign(new EventEmitter(), {
    handlers: new Map<string, InvokeHandler>(),
    handle(channel: string, handler: InvokeHandler): void {
      this.handlers.set(channel, handler);
    },
  });
  readonly mainFrame = { url: '' };
  openHandler: OpenHandler | null = null;
  session: PageSession | null = null;
  page: Page | null = null;
  #isDestroyed = false;

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  send(channel: string, ...args: unknown[]): void {
    this.session?.send({ kind: 'send', channel, args });
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.emit('destroyed');
  }

  receive(message: FromPage): void {
    const event = { sender: this, senderFrame: this.mainFrame };
    if (message.kind === 'send') {
      this.ipc.emit(message.channel, event, ...message.args);
      return;
    }
    const { id, channel, args } = message;
    Promise.resolve()
      .then(() => this.ipc.handlers.get(channel)?.(event, ...args))
      .then(
        (value) => this.session?.send({ kind: 'invoked', id, value }),
        (error: unknown) => this.session?.send({ kind: 'invoked', id, error: String(error) }),
      );
  }

  /** True where a listener forbade it, as Electron asks before a page leads itself elsewhere. */
  isRefused(url: string): boolean {
    return isPrevented(this, 'will-navigate', { url });
  }
}

export class StandInWindow extends EventEmitter {
  readonly webContents = new StandInContents();
  readonly #preload: string;

  constructor({ webPreferences }: BrowserWindowConstructorOptions) {
    super();
    tell({ what: 'web-preferences', value: webPreferences });
    this.#preload = readFileSync(webPreferences!.preload!, 'utf8');
    openWindows.push(this);
    announcements.emit('contents', this.webContents);
    onDeed('drop', ({ paths }) => void this.webContents.session?.drop(paths));
    onDeed('close-window', () => this.close());
  }

  static getAllWindows(): StandInWindow[] {
    return [...openWindows];
  }

  show = (): void => undefined;
  focus = (): void => undefined;
  restore = (): void => undefined;
  isMinimized = (): boolean => false;

  setProgressBar(share: number): void {
    tell({ what: 'progress', share });
  }

  async loadURL(url: string): Promise<void> {
    const contents = this.webContents;
    const page = await launch(contents);
    contents.page = page;
    contents.session = await PageSession.open(page, this.#preload, (message) => contents.receive(message));
    page.on('request', (request) => {
      if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) return;
      contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    });
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) contents.mainFrame.url = ownAddressOf(frame.url());
    });
    await page.goto(addressOf(url));
    this.emit('ready-to-show');
  }

  close(): void {
    if (isPrevented(this, 'close')) return;
    openWindows.splice(openWindows.indexOf(this), 1);
    this.webContents.destroy();
    void this.webContents.page?.close();
    this.emit('closed');
    if (openWindows.length === 0) announcements.emit('all-closed');
  }
}

export type { StandInContents };
