/** A phone that helps, as a person sees it in a browser: switched on, its cable pulled in the middle of a job. On a stand-in. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import { whyEngineMissing } from '../../native-bridge/cpu/engine.ts';
import { lookAt } from '../helpers/browser/look-at.ts';
import { chromiumPath, openBrowser } from '../helpers/browser/open-browser.ts';
import type { OpenBrowser } from '../helpers/browser/open-browser.ts';
import { startServe } from '../helpers/browser/start-serve.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { whyNoJvmPhone } from '../helpers/phone/jvm-phone.ts';
import { openStage } from '../helpers/phone/stand-in.ts';
import type { StandIn, StandInStage } from '../helpers/phone/stand-in.ts';
import { runCli } from '../helpers/run-cli.ts';

const missing = chromiumPath === null ? 'no Chromium on the PATH' : (whyNoJvmPhone() ?? whyEngineMissing());
if (missing !== null) console.warn(`skipped: ${missing}`);

const FRAMES = 2400;
const PATIENCE = { timeout: 180_000 };

describe.skipIf(missing !== null)('a phone in the app', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-phone-app-'));
  let stage: StandInStage;
  let phone: StandIn;
  let browser: OpenBrowser;
  let serve: Awaited<ReturnType<typeof startServe>>;
  let ffmpeg = '';

  beforeAll(async () => {
    stage = await openStage();
    phone = await stage.addPhone({ model: 'Alpha' });
    await phone.plug();
    ffmpeg = (await locateFfmpeg()).ffmpeg.path;
    makeClip(ffmpeg, join(folder, 'clip.mp4'), { frames: FRAMES, size: '128x96' });
    serve = await startServe(folder, {
      ANDROID_ADB_SERVER_PORT: String(stage.server.port),
      TANDEM_CACHE_DIR: join(folder, 'cache'),
    });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await serve.stop();
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const framesOf = (name: string) =>
    execFileSync(ffmpeg, ['-v', 'error', '-i', join(folder, name), '-map', '0:v', '-f', 'framemd5', '-'], {
      encoding: 'utf8',
    });

  it('helps once it is switched on; its cable is pulled, and the clip ends with the same frames', async () => {
    const page = browser.context.pages()[0]!;
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await page.goto(serve.url);
    await button('Devices').click();
    await page.getByRole('switch', { name: 'Use Alpha' }).check();
    expect(await lookAt(page, 'devices-with-phone')).toEqual([]);

    await button('Queue').click();
    await button('Look on the server').click();
    await page.getByLabel(/clip\.mp4/).check();
    await button('Add 1').click();
    await page.getByText('128×96 → 256×192').waitFor();
    // The phone's software GPU is slow: with a larger model the processor would be done before it gives a frame.
    await page.getByRole('combobox', { name: 'Model', exact: true }).selectOption('tandem-x2-fast');
    await button('Start').click();
    await page.getByText(/Frames by lane: .*Alpha/).waitFor(PATIENCE);
    await phone.adbd.unplug();
    const row = page.getByRole('list', { name: 'Clips' }).getByRole('listitem');
    await row.getByText('done').waitFor(PATIENCE);

    const [download] = await Promise.all([page.waitForEvent('download'), button('Timing as JSON').click()]);
    const lanes = (JSON.parse(readFileSync(await download.path(), 'utf8')) as { lane: string }[]).map(
      ({ lane }) => lane,
    );
    expect(lanes).toHaveLength(FRAMES);
    const byPhone = lanes.filter((lane) => lane.startsWith('Alpha'));
    expect(byPhone.length).toBeGreaterThan(0);
    expect(byPhone.length).toBeLessThan(FRAMES);

    const alone = await runCli(
      ['upscale', 'clip.mp4', '--device', 'cpu', '-o', 'alone.mp4', '--model', 'tandem-x2-fast'],
      folder,
    );
    expect(alone.code, alone.stderr).toBe(0);
    expect(framesOf('clip-x2.mp4')).toBe(framesOf('alone.mp4'));

    await button('Play the result').click();
    const video = page.getByLabel('clip-x2.mp4', { exact: true });
    const position = () => video.evaluate((element) => (element as unknown as { currentTime: number }).currentTime);
    await expect.poll(position, { timeout: 120_000 }).toBeGreaterThan(0.2);
  });
});
