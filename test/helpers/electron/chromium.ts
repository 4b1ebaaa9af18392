import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page, Request as PageRequest, Route } from 'playwright-core';
import { openBrowser } from '../browser/open-browser.ts';
import type { OpenBrowser } from '../browser/open-browser.ts';
import { tell } from './tell.ts';
import type { StandInContents } from './window.ts';

/** A browser knows no scheme of ours: the app's own one is shown as a secure host that no network has. */
const STAND_IN_HOST = 'https://app.tandem.invalid/';

type Handler = (request: Request) => Response | Promise<Response>;
const protocols = new Map<string, Handler>();
let browser: OpenBrowser | null = null;

export function addProtocol(scheme: string, handler: Handler): void {
  protocols.set(scheme, handler);
}

export function addressOf(url: string): string {
  return url.replace(/^tandem:\/\/app\//, STAND_IN_HOST);
}

export function ownAddressOf(url: string): string {
  return url.replace(STAND_IN_HOST, 'tandem://app/');
}

/** The first page of a Chromium that the test can join by DevTools. */
export async function launch(contents: StandInContents): Promise<Page> {
  browser = await openBrowser({ width: 1280, height: 860, remoteDebugging: true });
  const { context } = browser;
  await context.route('**/*', (route) => answer(route, contents));
  context.on('page', (page) => void judgeWindow(page, contents));
  tell({ what: 'devtools', port: await readPort(join(browser.profile, 'DevToolsActivePort')) });
  return context.pages()[0]!;
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
}

async function judgeWindow(page: Page, contents: StandInContents): Promise<void> {
  const verdict = contents.openHandler?.({ url: page.url() } as Parameters<
    NonNullable<typeof contents.openHandler>
  >[0]);
  if (verdict?.action !== 'deny') return;
  tell({ what: 'refused-window', url: page.url() });
  await page.close();
}

async function answer(route: Route, contents: StandInContents): Promise<void> {
  const request = route.request();
  const url = ownAddressOf(request.url());
  const place = placeOf(request);
  // Another window that is just being opened gets nothing.
  if (place === 'new-window') return route.abort('aborted');
  const isTop = place === 'top' && request.isNavigationRequest();
  const isReload = url === contents.mainFrame.url || contents.mainFrame.url === '';
  if (isTop && !isReload && contents.isRefused(url)) {
    tell({ what: 'refused-navigation', url });
    await route.abort('aborted');
    return;
  }
  const handler = protocols.get(new URL(url).protocol.slice(0, -1));
  // Nothing of a test talks to the network.
  if (!handler) await route.abort('addressunreachable');
  else await fulfil(route, await handler(new Request(url, { method: request.method(), headers: request.headers() })));
}

function placeOf(request: PageRequest): 'top' | 'frame' | 'new-window' {
  try {
    return request.frame().parentFrame() === null ? 'top' : 'frame';
  } catch {
    return 'new-window';
  }
}

async function fulfil(route: Route, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body });
}

async function readPort(path: string): Promise<number> {
  while (!existsSync(path) || !readFileSync(path, 'utf8').includes('\n')) await sleep(50);
  return Number(readFileSync(path, 'utf8').split('\n')[0]);
}
