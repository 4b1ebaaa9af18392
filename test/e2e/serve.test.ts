/** The app as a person uses it: `tandem serve` in a real Chromium. Screenshots of every screen go to .tmp/screens. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openBrowser } from '../helpers/browser/open-browser.ts';
import type { OpenBrowser } from '../helpers/browser/open-browser.ts';
import { lookAt } from '../helpers/browser/look-at.ts';
import { startServe } from '../helpers/browser/start-serve.ts';
import { findFfmpegs } from '../helpers/ffmpegs.ts';
import { makeClip } from '../helpers/make-clip.ts';

if (chromiumPath === null) console.warn('skipped: no Chromium on the PATH (TANDEM_CHROMIUM names one)');

describe.skipIf(chromiumPath === null)('the app in a browser', () => {
  let folder: string;
  let clip: string;
  let browser: OpenBrowser;
  let page: Page;
  let serve: Awaited<ReturnType<typeof startServe>>;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tandem-serve-'));
    const [{ tools }] = (await findFfmpegs()) as [Awaited<ReturnType<typeof findFfmpegs>>[number]];
    clip = makeClip(tools.ffmpeg.path, join(folder, 'clip.mp4'), { frames: 50, size: '160x120', sound: true });
    makeClip(tools.ffmpeg.path, join(folder, 'long.mkv'), { frames: 4000, size: '320x240' });
    serve = await startServe(folder);
    browser = await openBrowser();
    page = browser.context.pages()[0]!;
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(serve.url);
  });
  afterAll(async () => {
    await browser.close();
    await serve.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
  const row = (name: string) =>
    page.getByRole('list', { name: 'Clips' }).getByRole('listitem').filter({ hasText: name });

  it('is empty first', async () => {
    await button('Choose files').waitFor();
    expect(await lookAt(page, 'empty')).toEqual([]);
  });

  it('takes a dropped clip and shows what will become of it', async () => {
    await drop(page, 'dropped.mp4', readFileSync(clip));
    await row('dropped.mp4').waitFor();
    await page.getByText('160×120 → 320×240, 50 frames').waitFor();
    expect(await page.getByText('Everything in the clip comes along.').isVisible()).toBe(true);
    await page.getByRole('img', { name: /after/ }).waitFor();
    expect(await lookAt(page, 'waiting')).toEqual([]);
  });

  it('compares before and after with slider, lens and 1:1', async () => {
    const slider = page.getByLabel('How much of the enlarged picture is shown');
    await slider.focus();
    await page.keyboard.press('Home');
    expect(await slider.inputValue()).toBe('0');
    await button('Lens').click();
    await button('1:1').click();
    const box = await page.getByRole('img', { name: /after/ }).boundingBox();
    expect(box?.width).toBe(320);
    await button('Fit').click();
  });

  it('keeps a preset and uses it', async () => {
    await page.getByLabel('Encoder preset').selectOption('ultrafast');
    await page.getByLabel('Name of the preset').fill('Quick');
    await button('Save as preset').click();
    await page.getByLabel('Encoder preset').selectOption('slow');
    await page.getByRole('combobox', { name: 'Preset', exact: true }).selectOption('Quick');
    await poll(() => page.getByLabel('Encoder preset').inputValue()).toBe('ultrafast');
  });

  it('upscales, shows the timing and plays the result', async () => {
    await button('Start').click();
    await row('dropped.mp4').getByText('done').waitFor({ timeout: 120_000 });
    await button('Play the result').click();
    const video = page.getByLabel('dropped-x2.mp4', { exact: true });
    await poll(() =>
      video.evaluate((element) => {
        const { currentTime, videoWidth } = element as unknown as Playing;
        return currentTime > 0.2 && videoWidth === 320;
      }),
    ).toBe(true);
    expect(await page.getByRole('rowheader', { name: 'model', exact: true }).isVisible()).toBe(true);
    expect(existsSync(join(folder, 'tandem-uploads', 'dropped-x2.mp4'))).toBe(true);
    const [download] = await Promise.all([page.waitForEvent('download'), button('Timing as CSV').click()]);
    expect(
      readFileSync(await download.path(), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(51);
    expect(await lookAt(page, 'done')).toEqual([]);
  });

  it('says why a clip cannot be done', async () => {
    await drop(page, 'broken.mp4', Buffer.from('this is no clip'));
    await row('broken.mp4').click();
    await button('Start').click();
    await row('broken.mp4').getByText('failed').waitFor({ timeout: 60_000 });
    await page.getByRole('alert').filter({ hasText: 'expected a video file but broken.mp4' }).waitFor();
    expect(await lookAt(page, 'failed')).toEqual([]);
    await button('Remove').click();
  });

  it('tests five seconds side by side', async () => {
    await row('dropped.mp4').click();
    await button('Test five seconds side by side').click();
    await button('Play both').click({ timeout: 120_000 });
    await poll(() =>
      page
        .locator('figure video')
        .evaluateAll((all) => all.every((element) => (element as unknown as Playing).currentTime > 0.1)),
    ).toBe(true);
  });

  it('shows the other screens, in German as well', async () => {
    for (const screen of ['Models', 'Devices', 'Settings']) {
      await button(screen).click();
      await page.getByRole('heading', { level: 2, name: screen }).waitFor();
      if (screen === 'Models') await page.getByRole('rowheader', { name: 'tandem-x2-fast' }).waitFor();
      if (screen === 'Settings') await button('Collect').click();
      if (screen === 'Settings') await page.getByText(/^Tandem .*\(web\)/).waitFor({ timeout: 60_000 });
      expect(await lookAt(page, screen.toLowerCase())).toEqual([]);
    }
    await page.getByLabel('Language').selectOption('de');
    await page.getByRole('heading', { level: 2, name: 'Einstellungen' }).waitFor();
    expect(await lookAt(page, 'settings-german')).toEqual([]);
    await page.getByLabel('Aussehen').selectOption('dark');
    await poll(() => page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await page.getByLabel('Aussehen').selectOption('system');
    await page.getByLabel('Sprache').selectOption('en');
    await button('Queue').click();
  });

  it('says what was interrupted when it is killed midway and opened again', async () => {
    await button('Look on the server').click();
    await page.getByLabel(/long.mkv/).check();
    expect(await lookAt(page, 'browser')).toEqual([]);
    await button('Add 1').click();
    await row('long.mkv').waitFor();
    await button('Start').click();
    await page
      .getByText(/frames$/)
      .first()
      .waitFor();
    await page.getByRole('img', { name: /Milliseconds per frame/ }).waitFor({ timeout: 60_000 });
    expect(await lookAt(page, 'running')).toEqual([]);
    await button('Pause').click();
    await button('Resume').click();
    await button('Pause').waitFor();
    await serve.kill();
    await page.getByText('The connection to Tandem is gone').waitFor();
    serve = await startServe(folder);
    await page.goto(serve.url);
    await row('long.mkv').getByText('interrupted').waitFor();
    await row('long.mkv').click();
    await button('Go on').waitFor();
    expect(await lookAt(page, 'interrupted')).toEqual([]);
  });

  it('works by keyboard alone', async () => {
    await page.reload();
    await row('long.mkv').waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to content');
    const names: string[] = [];
    for (let i = 0; i < 14; i++) {
      await page.keyboard.press('Tab');
      names.push(await focused(page));
    }
    expect(names).toEqual(expect.arrayContaining(['Queue', 'Settings', 'Choose files', 'Look on the server']));
    expect(names.some((name) => name.startsWith('dropped.mp4'))).toBe(true);
  });

  it('had nothing to complain of but the lost connection', () => {
    expect(complaints.filter((line) => !/WebSocket|ERR_CONNECTION/.test(line))).toEqual([]);
  });
});

/** What a video element says of itself; tests have no DOM types. */
interface Playing {
  readonly currentTime: number;
  readonly videoWidth: number;
}

/** Looks again and again, with patience for a busy machine. */
function poll(look: () => Promise<unknown>) {
  return expect.poll(look, { timeout: 120_000, interval: 100 });
}

function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    '(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent).trim()',
  );
}

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
