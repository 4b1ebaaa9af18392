import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext } from 'playwright-core';
import { findExecutable } from '../../../main/adapters/system/find-executable.ts';

/** Debian's Chromium, or the person's; `null` where there is none. Playwright brings none of its own. */
export const chromiumPath: string | null =
  (process.env.TANDEM_CHROMIUM ?? '') !== ''
    ? process.env.TANDEM_CHROMIUM!
    : await findExecutable('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');

/** No window, no profile of the person's, no talk to anybody. */
const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
];

const PATIENCE_MS = 120_000;

export interface OpenBrowser {
  readonly context: BrowserContext;
  /** Its folder, gone once it is closed. */
  readonly profile: string;
  close(): Promise<void>;
}

export async function openBrowser(
  options: { readonly width?: number; readonly height?: number; readonly remoteDebugging?: boolean } = {},
): Promise<OpenBrowser> {
  if (chromiumPath === null) throw new Error('expected a Chromium but found none (TANDEM_CHROMIUM names one)');
  const profile = await mkdtemp(join(tmpdir(), 'tandem-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    headless: true,
    args: options.remoteDebugging === true ? [...ARGUMENTS, '--remote-debugging-port=0'] : ARGUMENTS,
    viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
  });
  // A busy machine is slow, not broken.
  context.setDefaultTimeout(PATIENCE_MS);
  return {
    context,
    profile,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
