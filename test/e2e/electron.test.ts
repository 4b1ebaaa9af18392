/** The Electron shell: its own `main` and `preload` over a stand-in of the `electron` module that drives Chromium. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeApp } from '../helpers/browser/describe-app.ts';
import type { AppShell } from '../helpers/browser/describe-app.ts';
import { chromiumPath } from '../helpers/browser/open-browser.ts';
import { startElectron } from '../helpers/electron/start-electron.ts';
import { waitFor } from '../helpers/run-cli.ts';

if (chromiumPath === null) console.warn('skipped: no Chromium on the PATH (TANDEM_CHROMIUM names one)');

type Electron = Awaited<ReturnType<typeof startElectron>>;
let electron: Electron;
/** Of every start: a killed app is told of, too. */
const started: Electron[] = [];

const shell: AppShell = {
  kind: 'electron',
  start: async (folder) => {
    electron = await startElectron(folder);
    started.push(electron);
    return electron;
  },
  // The page is the server's, which looks at every screen.
  look: () => Promise.resolve([]),
  drop: (_page, folder, name) => Promise.resolve(void electron.act({ deed: 'drop', paths: [join(folder, name)] })),
  choose: async (page, folder, name, button = 'Choose files') => {
    electron.act({ deed: 'choose-files', paths: [join(folder, name)] });
    await page.getByRole('button', { name: button, exact: true }).click();
  },
  // Where a download is kept Electron asks by a dialog of its own: here only what would be kept is looked at.
  download: async (page, click) => {
    await page.evaluate(
      'void (window.kept = new Promise((done) => { HTMLAnchorElement.prototype.click = function () { done(this.href); }; }))',
    );
    await click();
    return page.evaluate<string>('window.kept.then(fetch).then((answer) => answer.text())');
  },
  results: '.',
  tabStops: [],
  close: () => Promise.resolve(),
};

describeApp('the app in a window', shell, chromiumPath !== null, () => {
  const page = () => electron.page;

  it('asked for a sandboxed page in a world of its own, and kept its profile with its state', () => {
    expect(electron.told('web-preferences')[0]?.value).toMatchObject({
      ...{ contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false },
    });
    expect(electron.told('user-data')[0]?.path).toMatch(/[.]state.electron$/);
  });

  it('kept the machine awake while a clip ran, showed its share and told of the end', () => {
    const [first] = started as [Electron];
    expect(
      first
        .told('awake')
        .map(({ isAwake }) => isAwake)
        .slice(0, 2),
    ).toEqual([true, false]);
    const shares = first.told('progress').map(({ share }) => share);
    expect(Math.max(...shares)).toBeGreaterThan(0.5);
    expect(shares).toContain(-1);
    expect(first.told('notification')[0]).toMatchObject({ title: 'Tandem is done', body: '1 clip is ready.' });
  });

  it('gives the page three functions and nothing of Node or Electron', async () => {
    expect(await page().evaluate('Object.keys(window.tandem)')).toEqual(['send', 'onMessage', 'grantFile']);
    expect(await page().evaluate('[typeof require, typeof process, typeof module, typeof electron].join()')).toBe(
      'undefined,undefined,undefined,undefined',
    );
  });

  it('opens nothing that a page made up', async () => {
    const answer = await page().evaluate('window.tandem.grantFile(new File(["x"], "passwd"))');
    expect(answer).toEqual({ refusal: 'expected a file of this computer but got one without a path' });
  });

  it('stays where it is: no navigation, no window, no foreign script', async () => {
    const address = page().url();
    await page().evaluate(`location.href = 'https://evil.invalid/'`);
    await waitFor('the refusal', () => electron.told('refused-navigation')[0]);
    await page().evaluate(`void window.open('https://evil.invalid/window')`);
    await expect.poll(() => page().context().pages().length, { timeout: 60_000 }).toBe(1);
    expect(page().url()).toBe(address);
    const isBlocked = await page().evaluate(`new Promise((done) => {
      document.addEventListener('securitypolicyviolation', ({ blockedURI }) => done(blockedURI), { once: true });
      const script = document.createElement('script');
      script.src = 'https://evil.invalid/x.js';
      document.head.append(script);
    })`);
    expect(isBlocked).toBe('https://evil.invalid/x.js');
  });

  it('asks before it closes while a clip runs, keeps what is finished, and ends in good order', async () => {
    await page().getByRole('listitem').filter({ hasText: 'long.mkv' }).click();
    await page().getByRole('button', { name: 'Go on' }).click();
    await page().getByRole('button', { name: 'Start', exact: true }).click();
    await waitFor('the clip to run', () => electron.told('awake').at(-1)?.isAwake === true);
    electron.act({ deed: 'answer', button: 0 });
    electron.act({ deed: 'close-window' });
    await waitFor('the question', () => electron.told('question')[0]);
    expect(await page().getByRole('list', { name: 'Clips' }).isVisible()).toBe(true);
    electron.act({ deed: 'answer', button: 1 });
    electron.act({ deed: 'close-window' });
    await electron.ended;
    expect(electron.told('question')[1]?.options.detail).toContain('What is finished of it is kept');
  });
});
