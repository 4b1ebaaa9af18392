import type { Session, WebContents } from 'electron';
import { isMedium, isOwnAddress } from './page-protocol.ts';

/** What the page may ask the system for: copying diagnostics, and a video on the whole screen. */
const ALLOWED: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'fullscreen']);

/**
 * The page stays where it is: no navigation, no window, no webview, for whatever contents come to be. A frame in it may show
 * what the app handed out.
 */
export function hardenContents(contents: WebContents): void {
  for (const event of ['will-navigate', 'will-redirect'] as const)
    contents.on(event as 'will-navigate', (details) => details.preventDefault());
  contents.on('will-frame-navigate', (details) => {
    if (details.isMainFrame || !isMedium(details.url)) details.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** No camera, no place, no devices: nothing beyond the two above, and these to the app's own page only. */
export function refusePermissions(session: Session): void {
  const isAllowed = (permission: string, address: string): boolean => ALLOWED.has(permission) && isOwnAddress(address);
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) =>
    answer(isAllowed(permission, requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => isAllowed(permission, `${origin}/`));
  session.setDevicePermissionHandler(() => false);
}
