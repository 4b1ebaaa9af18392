/** Searching for a model from the app's page: started, stopped, killed, gone on with, its results and its model used. */
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyEngineMissing } from '../../native-bridge/cpu/engine.ts';
import { lookAt } from '../helpers/browser/look-at.ts';
import { chromiumPath, openBrowser } from '../helpers/browser/open-browser.ts';
import type { OpenBrowser } from '../helpers/browser/open-browser.ts';
import { startServe } from '../helpers/browser/start-serve.ts';
import { findFfmpegs } from '../helpers/ffmpegs.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { canListProcesses } from '../helpers/processes.ts';
import { writeTrainingImages } from '../helpers/training-images.ts';

const missing = chromiumPath === null ? 'no Chromium on the PATH (TANDEM_CHROMIUM names one)' : whyEngineMissing();
if (missing !== null) console.warn(`skipped: ${missing}`);

/** Minutes of training, on whatever else the machine does. */
const PATIENCE = { timeout: 300_000 };

describe.skipIf(missing !== null)('a search in the app', () => {
  let folder: string;
  let serve: Awaited<ReturnType<typeof startServe>>;
  let browser: OpenBrowser;
  let page: Page;
  const complaints: string[] = [];

  const open = async (): Promise<void> => {
    // No images of the developer's own.
    const env = { TANDEM_DATA: join(folder, 'nothing'), TANDEM_CACHE_DIR: join(folder, '.cache') };
    serve = await startServe(folder, env);
    await page.goto(serve.url);
    await button('Models').click();
  };
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  /** Engines of low priority. */
  const searching = () =>
    serve
      .listProcesses()
      .filter(({ pid, command }) => command.includes('engine') && getPriority(pid) === constants.priority.PRIORITY_LOW);
  const says = (text: string) => page.getByText(text).first();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tandem-app-search-'));
    await writeTrainingImages(join(folder, 'images'), 8);
    await rm(join(folder, 'images', 'train_map.json'));
    const [{ tools }] = (await findFfmpegs()) as [Awaited<ReturnType<typeof findFfmpegs>>[number]];
    makeClip(tools.ffmpeg.path, join(folder, 'clip.mp4'), { frames: 25, size: '160x120' });
    browser = await openBrowser();
    page = browser.context.pages()[0]!;
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await open();
  });
  afterAll(async () => {
    await serve.stop();
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('says which images it wants', async () => {
    await button('Start the search').click();
    await page
      .getByRole('alert')
      .filter({ hasText: 'expected a folder of training images but none was chosen' })
      .waitFor();
    expect(await lookAt(page, 'search-refused')).toEqual([]);
  });

  it('runs with its stage and progress to be seen', async () => {
    await button('Choose a folder: Training images').click();
    await button('Open folder images').click();
    await button('Use this folder').click();
    await page.getByLabel('Name', { exact: true }).fill('mine');
    await page.getByRole('spinbutton').fill('20');
    await page.getByLabel('Only try it').check();
    await button('Start the search').click();
    await says('Step 3 of 7: trying networks').waitFor(PATIENCE);
    await says('left of this step').waitFor(PATIENCE);
    expect(await page.getByRole('progressbar', { name: 'Progress of mine' }).isVisible()).toBe(true);
    expect(await button('Start the search').isDisabled()).toBe(true);
    if (canListProcesses) expect(searching()).toHaveLength(1);
    expect(await lookAt(page, 'search-running')).toEqual([]);
  });

  it('waits while a clip is upscaled', async () => {
    await button('Queue').click();
    await button('Look on the server').click();
    await page.getByLabel(/clip.mp4/).check();
    await button('Add 1').click();
    await button('Start').click();
    await button('Models').click();
    await says('waits for the clip that is being upscaled').waitFor();
    await page.getByText('waits for the clip').waitFor({ state: 'detached', ...PATIENCE });
    await button('Queue').click();
    await page.getByRole('list', { name: 'Clips' }).getByText('done').waitFor();
    await button('Models').click();
  });

  it('is stopped, and shows the results so far in a frame without scripts', async () => {
    await button('Stop mine').click();
    await says('stopped; what it found is kept').waitFor();
    if (canListProcesses) expect(searching()).toEqual([]);
    await button('See results of mine').click();
    const frame = page.frameLocator('iframe[title="Results of mine"]');
    await frame.getByRole('heading', { name: 'Latency' }).waitFor();
    expect(await page.locator('iframe').getAttribute('sandbox')).toBe('');
    // Its own styles apply, under a policy that lets no script run.
    const figure = frame.locator('svg').first();
    const display = await figure.evaluate((svg) => (globalThis as unknown as Styled).getComputedStyle(svg).display);
    expect(display).toBe('block');
    expect(await lookAt(page, 'search-results')).toEqual([]);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Save this page').click()]);
    expect(download.suggestedFilename()).toBe('mine-results.html');
  });

  it.skipIf(!canListProcesses)('says so when its engine dies, and the app lives', async () => {
    await button('Go on with mine').click();
    await expect.poll(searching, PATIENCE).toHaveLength(1);
    process.kill(searching()[0]!.pid, 'SIGKILL');
    await page
      .getByRole('alert')
      .filter({ hasText: 'the engine to end its job but it was ended by SIGKILL' })
      .waitFor();
    expect(await lookAt(page, 'search-failed')).toEqual([]);
  });

  it('goes on, also where the app was killed meanwhile', async () => {
    await button('Go on with mine').click();
    // Whichever step is seen first: the later ones take moments.
    await page
      .getByText(/Step [3-7] of 7: /)
      .first()
      .waitFor(PATIENCE);
    const { listProcesses } = serve;
    await serve.kill();
    if (canListProcesses) await expect.poll(listProcesses, PATIENCE).toEqual([]);
    await open();
    const [interrupted, finished] = [
      says('interrupted when Tandem was closed'),
      says('finished; the model is among those above'),
    ];
    await interrupted.or(finished).first().waitFor();
    if (await interrupted.isVisible()) {
      expect(await lookAt(page, 'search-interrupted')).toEqual([]);
      await button('Go on with mine').click();
    } else console.warn('not seen: the interrupted search; it had ended before the app was killed');
    await finished.waitFor(PATIENCE);
    await page.getByRole('row', { name: /^mine \(found here\) ×2 .* validation images \d+\.\d\d dB/ }).waitFor();
    expect(await lookAt(page, 'search-finished')).toEqual([]);
  });

  it('leaves a model that upscales a clip', async () => {
    await button('Queue').click();
    await button('Do it again').click();
    await page.getByRole('combobox', { name: 'Model', exact: true }).selectOption('mine (×2)');
    await page.getByLabel('Replace an existing file').check();
    await page.getByText('160×120 → 320×240, 25 frames, by mine').waitFor();
    await button('Start').click();
    const row = page.getByRole('list', { name: 'Clips' }).getByRole('listitem');
    await row.getByText('done').waitFor();
  });

  it('speaks German', async () => {
    await button('Settings').click();
    await page.getByLabel('Language').selectOption('de');
    await button('Modelle').click();
    await says('fertig; das Modell steht oben').waitFor();
    expect(await lookAt(page, 'search-german')).toEqual([]);
  });

  it('had nothing to complain of but the lost connection', () => {
    expect(complaints.filter((line) => !/WebSocket|ERR_CONNECTION/.test(line))).toEqual([]);
  });
});

/** Tests have no DOM types. */
interface Styled {
  getComputedStyle(element: unknown): { readonly display: string };
}
