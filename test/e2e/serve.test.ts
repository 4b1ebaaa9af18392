/** `tandem serve` as a person uses it. Screenshots of every screen go to .tmp/screens. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describeApp } from '../helpers/browser/describe-app.ts';
import type { AppShell } from '../helpers/browser/describe-app.ts';
import { lookAt } from '../helpers/browser/look-at.ts';
import { chromiumPath, openBrowser } from '../helpers/browser/open-browser.ts';
import type { OpenBrowser } from '../helpers/browser/open-browser.ts';
import { startServe } from '../helpers/browser/start-serve.ts';
import { expect } from 'vitest';

if (chromiumPath === null) console.warn('skipped: no Chromium on the PATH (TANDEM_CHROMIUM names one)');

let browser: OpenBrowser | null = null;

const shell: AppShell = {
  kind: 'web',
  start: async (folder) => {
    const serve = await startServe(folder);
    browser ??= await openBrowser();
    const page = browser.context.pages()[0]!;
    await page.goto(serve.url);
    return { page, stop: serve.stop, kill: serve.kill };
  },
  look: lookAt,
  drop: (page, folder, name) => drop(page, name, readFileSync(join(folder, name))),
  choose: async (page, _folder, name, button = 'Look on the server') => {
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByLabel(new RegExp(name)).check();
    expect(await lookAt(page, 'browser')).toEqual([]);
    await page.getByRole('button', { name: 'Add 1', exact: true }).click();
  },
  download: async (page, click) => {
    const [download] = await Promise.all([page.waitForEvent('download'), click()]);
    return readFileSync(await download.path(), 'utf8');
  },
  results: 'tandem-uploads',
  tabStops: ['Look on the server'],
  close: async () => browser?.close(),
};

describeApp('the app in a browser', shell, chromiumPath !== null);

/** What the browser does when a person lets a file go over the page. */
async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  await page.evaluate(
    `(() => {
      const bytes = Uint8Array.from(atob(${JSON.stringify(bytes.toString('base64'))}), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], ${JSON.stringify(name)}));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    })()`,
  );
}
