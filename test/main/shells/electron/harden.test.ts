import { EventEmitter } from 'node:events';
import type { Session, WebContents } from 'electron';
import { describe, expect, it } from 'vitest';
import { hardenContents, refusePermissions } from '../../../../main/shells/electron/harden.ts';
import { PAGE_ADDRESS } from '../../../../main/shells/electron/page-protocol.ts';

describe('hardenContents', () => {
  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])('forbids %s', (event) => {
    const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler: () => undefined });
    hardenContents(contents as unknown as WebContents);
    let isPrevented = false;
    const details = { isMainFrame: true, url: 'tandem://app/media/x', preventDefault: () => (isPrevented = true) };
    contents.emit(event, details);
    expect(isPrevented).toBe(true);
  });

  it.each([
    ['tandem://app/media/3f2b6c1e-0000-4000-8000-000000000000', true],
    ['tandem://app/index.html', false],
    ['tandem://app/media/../index.html', false],
    ['tandem://other/media/x', false],
    ['https://evil.invalid/media/x', false],
    ['about:blank', false],
  ])('lets a frame show %s: %s', (url, isAllowed) => {
    const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler: () => undefined });
    hardenContents(contents as unknown as WebContents);
    let isPrevented = false;
    contents.emit('will-frame-navigate', { isMainFrame: false, url, preventDefault: () => (isPrevented = true) });
    expect(!isPrevented).toBe(isAllowed);
  });

  it('opens no window', () => {
    let handler: (() => unknown) | null = null;
    const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler: (to: () => unknown) => (handler = to) });
    hardenContents(contents as unknown as WebContents);
    expect(handler!()).toEqual({ action: 'deny' });
  });
});

describe('refusePermissions', () => {
  type Ask = (contents: null, permission: string, answer: (is: boolean) => void, details: object) => void;
  let ask: Ask;
  let check: (contents: null, permission: string, origin: string) => boolean;
  let device: () => boolean;
  refusePermissions({
    setPermissionRequestHandler: (handler: Ask) => (ask = handler),
    setPermissionCheckHandler: (handler: typeof check) => (check = handler),
    setDevicePermissionHandler: (handler: typeof device) => (device = handler),
  } as unknown as Session);
  const answerTo = (permission: string, requestingUrl: string) => {
    let answered: boolean | null = null;
    ask(null, permission, (is) => (answered = is), { requestingUrl });
    return answered;
  };

  it.each(['media', 'geolocation', 'notifications', 'midi', 'hid', 'serial', 'usb', 'openExternal', 'clipboard-read'])(
    'refuses %s',
    (permission) => {
      expect(answerTo(permission, PAGE_ADDRESS)).toBe(false);
      expect(check(null, permission, 'tandem://app')).toBe(false);
      expect(device()).toBe(false);
    },
  );

  it('lets the app’s own page copy and fill the screen, and no other', () => {
    for (const permission of ['clipboard-sanitized-write', 'fullscreen']) {
      expect(answerTo(permission, PAGE_ADDRESS)).toBe(true);
      expect(check(null, permission, 'tandem://app')).toBe(true);
      expect(answerTo(permission, 'https://evil.invalid/')).toBe(false);
      expect(check(null, permission, 'https://evil.invalid')).toBe(false);
    }
  });
});
