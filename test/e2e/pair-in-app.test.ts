/** A phone is paired over Wi-Fi as a person does it in a browser: the code on the screen is scanned, or digits are typed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsqrModule from 'jsqr';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAt } from '../helpers/browser/look-at.ts';
import { chromiumPath, openBrowser } from '../helpers/browser/open-browser.ts';
import type { OpenBrowser } from '../helpers/browser/open-browser.ts';
import { startServe } from '../helpers/browser/start-serve.ts';
import { makeAdbThatPairs } from '../helpers/phone/adb-that-pairs.ts';
import type { AdbThatPairs } from '../helpers/phone/adb-that-pairs.ts';
import { whyNoJvmPhone } from '../helpers/phone/jvm-phone.ts';
import { openStage } from '../helpers/phone/stand-in.ts';
import type { StandIn, StandInStage } from '../helpers/phone/stand-in.ts';

const missing = chromiumPath === null ? 'no Chromium on the PATH' : whyNoJvmPhone();
if (missing !== null) console.warn(`skipped: ${missing}`);

/** Its types call the module's default what Node calls the module itself. */
const readCode = jsqrModule as unknown as typeof jsqrModule.default;

const PAIRING_ADDRESS = '127.0.0.1:37043';

describe.skipIf(missing !== null)('pairing a phone in the app', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-pair-app-'));
  let stage: StandInStage;
  let phone: StandIn;
  let adb: AdbThatPairs;
  let browser: OpenBrowser;
  let serve: Awaited<ReturnType<typeof startServe>>;
  let page: Page;

  beforeAll(async () => {
    stage = await openStage();
    adb = await makeAdbThatPairs();
    phone = await stage.addPhone({ model: 'Beta' });
    // It listens; nobody has told the server of it.
    await phone.adbd.plug();
    serve = await startServe(folder, {
      ANDROID_ADB_SERVER_PORT: String(stage.server.port),
      ANDROID_HOME: adb.sdkFolder,
      TANDEM_CACHE_DIR: join(folder, 'cache'),
    });
    browser = await openBrowser();
    page = browser.context.pages()[0]!;
    await page.goto(serve.url);
    await page.getByRole('button', { name: 'Devices', exact: true }).click();
  });
  afterAll(async () => {
    await browser.close();
    await serve.stop();
    await stage.close();
    adb.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const address = () => `127.0.0.1:${String(phone.adbd.port)}`;

  it('says what is wrong with digits that are not the phone’s', async () => {
    adb.announce('adb-STANDIN-x1', '123456', PAIRING_ADDRESS, address());
    await page.getByLabel('Address that the phone shows').fill(PAIRING_ADDRESS);
    await page.getByLabel('Six digits').fill('654321');
    await page.getByRole('button', { name: 'Pair', exact: true }).click();
    await page.getByText(/adb could not pair with .*: Failed: Wrong password/).waitFor();
    expect(await stage.host.list()).toEqual([]);
  });

  it('connects the phone that scans the code on the screen, and offers it', async () => {
    await page.getByRole('button', { name: 'Show the code to scan' }).click();
    const code = page.getByRole('img', { name: 'Code for the phone’s camera' });
    await code.waitFor();
    expect(await lookAt(page, 'pairing')).toEqual([]);
    const { data, info } = await sharp(await code.screenshot())
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const scanned = readCode(new Uint8ClampedArray(data), info.width, info.height)?.data ?? '';
    const [, name = '', secret = ''] = /^WIFI:T:ADB;S:(tandem-\w+);P:(\w+);;$/.exec(scanned) ?? [];
    expect(name, scanned).not.toBe('');
    adb.announce(name, secret, PAIRING_ADDRESS, address());
    await page.getByText(`Paired; the phone is connected as ${address()}.`).waitFor();
    expect(await stage.host.list()).toEqual([{ serial: address(), type: 'device' }]);
    await page.getByRole('switch', { name: 'Use Beta' }).waitFor();
    expect(await lookAt(page, 'paired')).toEqual([]);
  });
});
