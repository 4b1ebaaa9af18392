/** The app as a person uses it, in a real Chromium: the same steps whatever shell the app is in. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFfmpegs } from '../ffmpegs.ts';
import { makeClip } from '../make-clip.ts';
import { writeTinyModel } from '../tiny-model.ts';

export interface OpenApp {
  readonly page: Page;
  stop(): Promise<unknown>;
  kill(): Promise<unknown>;
}

/** What differs between a server's page and a window. */
export interface AppShell {
  readonly kind: 'web' | 'electron';
  start(folder: string): Promise<OpenApp>;
  /** Looks at a screen; @returns what is wrong with it */
  look(page: Page, screen: string): Promise<string[]>;
  /** Lets a file of `folder` go over the page. */
  drop(page: Page, folder: string, name: string): Promise<void>;
  /** Chooses a file of `folder` the other way: by the server's folders, or by the system's dialog. */
  choose(page: Page, folder: string, name: string, button?: string): Promise<void>;
  /** Text of the file that a click offers to be kept. */
  download(page: Page, click: () => Promise<void>): Promise<string>;
  /** Folder of the results, below the test's. */
  readonly results: string;
  /** What the keyboard comes by in this shell alone. */
  readonly tabStops: readonly string[];
  close(): Promise<void>;
}

/** Steps of a person, from an empty queue to a killed app that is opened again. */
export function describeApp(name: string, shell: AppShell, canRun: boolean, more: () => void = () => undefined): void {
  describe.skipIf(!canRun)(name, () => {
    let folder: string;
    let clip: string;
    let page: Page;
    let app: OpenApp;
    const complaints: string[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tandem-app-'));
      const [{ tools }] = (await findFfmpegs()) as [Awaited<ReturnType<typeof findFfmpegs>>[number]];
      clip = makeClip(tools.ffmpeg.path, join(folder, 'clip.mp4'), { frames: 50, size: '160x120', sound: true });
      execFileSync(tools.ffmpeg.path, ['-v', 'error', '-i', clip, '-an', '-crf', '40', join(folder, 'worse.mp4')]);
      makeClip(tools.ffmpeg.path, join(folder, 'long.mkv'), { frames: 4000, size: '320x240' });
      await open();
    });
    afterAll(async () => {
      await app.stop();
      await shell.close();
      await rm(folder, { recursive: true, force: true });
    });

    async function open(): Promise<void> {
      app = await shell.start(folder);
      if (page !== app.page) {
        page = app.page;
        page.on('console', (message) => {
          if (message.type() === 'error') complaints.push(message.text());
        });
        page.on('pageerror', (error) => complaints.push(error.message));
      }
    }

    const drop = async (file: string, bytes: Buffer) => {
      writeFileSync(join(folder, file), bytes);
      await shell.drop(page, folder, file);
    };
    const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
    const row = (name: string) =>
      page.getByRole('list', { name: 'Clips' }).getByRole('listitem').filter({ hasText: name });

    it('is empty first', async () => {
      await button('Choose files').waitFor();
      expect(await shell.look(page, 'empty')).toEqual([]);
    });

    it('takes a dropped clip and shows what will become of it', async () => {
      await drop('dropped.mp4', readFileSync(clip));
      await row('dropped.mp4').waitFor();
      await page.getByText('160×120 → 320×240, 50 frames').waitFor();
      expect(await page.getByText('Everything in the clip comes along.').isVisible()).toBe(true);
      await page.getByRole('img', { name: /after/ }).waitFor();
      await page.getByText(/^About \d.* and \d.*, tried on a few seconds\.$/).waitFor({ timeout: 60_000 });
      expect(await shell.look(page, 'waiting')).toEqual([]);
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

    it('takes an ONNX model of the person’s own, uses it, and says why another is refused', async () => {
      writeFileSync(join(folder, 'broken.onnx'), 'no model');
      writeTinyModel(join(folder, 'tiny.onnx'), 2);
      await button('Models').click();
      await page.getByRole('rowheader', { name: 'tandem-x2-fast' }).waitFor();
      await shell.choose(page, folder, 'broken.onnx', 'Add your own ONNX');
      await page.getByText(/^Not added: broken\.onnx: expected an ONNX model but got /).waitFor({ timeout: 60_000 });
      await shell.choose(page, folder, 'tiny.onnx', 'Add your own ONNX');
      await page.getByText('tiny.onnx enlarges 2 times and can be chosen now.').waitFor({ timeout: 60_000 });
      await button('Queue').click();
      const model = page.getByRole('combobox', { name: 'Model', exact: true });
      await model.selectOption({ label: 'tiny.onnx (×2)' });
      await page.getByText(/^160×120 → 320×240, 50 frames, by .*tiny/).waitFor();
      await button('Show this frame').click();
      await page.getByText(/^Made by .* s\./).waitFor();
      await model.selectOption({ index: 0 });
      await page.getByText(/^160×120 → 320×240, 50 frames, by tandem-x2/).waitFor();
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
      expect(existsSync(join(folder, shell.results, 'dropped-x2.mp4'))).toBe(true);
      const table = await shell.download(page, () => button('Timing as CSV').click());
      expect(table.trim().split('\n')).toHaveLength(51);
      expect(await shell.look(page, 'done')).toEqual([]);
    });

    it('says why a clip cannot be done', async () => {
      await drop('broken.mp4', Buffer.from('this is no clip'));
      await row('broken.mp4').click();
      await button('Start').click();
      await row('broken.mp4').getByText('failed').waitFor({ timeout: 60_000 });
      await page.getByRole('alert').filter({ hasText: 'expected a video file but broken.mp4' }).waitFor();
      expect(await shell.look(page, 'failed')).toEqual([]);
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

    it('compares a clip with its original, and says what cannot be compared', async () => {
      await button('Compare').first().click();
      const inPanel = page.getByRole('button', { name: 'Compare', exact: true }).last();
      await shell.choose(page, folder, 'clip.mp4', 'Choose files: Original');
      await shell.choose(page, folder, 'worse.mp4', 'Choose files: What is judged');
      await inPanel.click();
      await page.getByRole('rowheader', { name: 'worse.mp4' }).waitFor();
      expect(await page.getByRole('row', { name: /worse.mp4 50 .* dB/ }).isVisible()).toBe(true);
      expect(await shell.look(page, 'compared')).toEqual([]);
      await shell.choose(page, folder, 'long.mkv', 'Choose files: What is judged');
      await inPanel.click();
      await page.getByRole('alert').filter({ hasText: '160x120, but got 320x240' }).waitFor();
      // Thousands of frames, to be stopped in the middle.
      await page.getByLabel('Bring other sizes, samples and rates').check();
      await page.getByLabel('MS-SSIM of clips as well').check();
      await shell.choose(page, folder, 'long.mkv', 'Choose files: Original');
      await inPanel.click();
      await button('Stop comparing').click();
      await page.getByText('Stopped; nothing is kept of it.').waitFor();
      await poll(() => inPanel.isEnabled()).toBe(true);
      await button('Queue').click();
    });

    it('shows the other screens, in German as well', async () => {
      for (const screen of ['Compare', 'Models', 'Devices', 'Settings']) {
        await button(screen).click();
        await page.getByRole('heading', { level: 2, name: screen }).waitFor();
        if (screen === 'Models') await page.getByRole('rowheader', { name: 'tandem-x2-fast' }).waitFor();
        if (screen === 'Devices') await page.getByText('processor', { exact: true }).waitFor();
        if (screen === 'Settings') await button('Collect').click();
        if (screen === 'Settings')
          await page.getByText(new RegExp(`^Tandem .*\\(${shell.kind}\\)`)).waitFor({ timeout: 60_000 });
        expect(await shell.look(page, screen.toLowerCase())).toEqual([]);
      }
      await button('Devices').click();
      const processor = page.getByRole('switch').first();
      await processor.uncheck();
      await page.getByText('All devices are off: no clip can be started.').waitFor();
      await page.reload();
      await page.getByText('All devices are off: no clip can be started.').waitFor();
      await processor.check();
      await poll(() => page.getByText('All devices are off').count()).toBe(0);
      await button('Settings').click();
      await page.getByLabel('Language').selectOption('de');
      await page.getByRole('heading', { level: 2, name: 'Einstellungen' }).waitFor();
      expect(await shell.look(page, 'settings-german')).toEqual([]);
      await page.getByLabel('Aussehen').selectOption('dark');
      await poll(() => page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
      await page.getByLabel('Aussehen').selectOption('system');
      await page.getByLabel('Sprache').selectOption('en');
      // Two changes, one right after the other: both hold.
      await poll(() => page.evaluate('document.documentElement.dataset.theme ?? null')).toBe(null);
      await button('Queue').click();
    });

    it('says what was interrupted when it is killed midway and opened again', async () => {
      await shell.choose(page, folder, 'long.mkv');
      await row('long.mkv').waitFor();
      await button('Start').click();
      await page
        .getByText(/frames$/)
        .first()
        .waitFor();
      await page.getByRole('img', { name: /Milliseconds per frame/ }).waitFor({ timeout: 60_000 });
      // Long enough for the chart to show something.
      await page.getByText(/^([5-9]\d\d|[1-3]\d{3}) of 4000 frames$/).waitFor({ timeout: 60_000 });
      expect(await shell.look(page, 'running')).toEqual([]);
      await button('Pause').click();
      await button('Resume').click();
      await button('Pause').waitFor();
      await app.kill();
      if (shell.kind === 'web') await page.getByText('The connection to Tandem is gone').waitFor();
      await open();
      await row('long.mkv').getByText('interrupted').waitFor();
      await row('long.mkv').click();
      await button('Go on').waitFor();
      expect(await shell.look(page, 'interrupted')).toEqual([]);
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
      expect(names).toEqual(expect.arrayContaining(['Queue', 'Settings', 'Choose files', ...shell.tabStops]));
      expect(names.some((name) => name.startsWith('dropped.mp4'))).toBe(true);
    });

    it('had nothing to complain of but the lost connection', () => {
      expect(complaints.filter((line) => !/WebSocket|ERR_CONNECTION/.test(line))).toEqual([]);
    });

    more();
  });
}

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
