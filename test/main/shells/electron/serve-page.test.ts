/** Messages of a page in Electron: only the app's own page is heard, and only what the contract knows. */
import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WebContents } from 'electron';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesktopApp } from '../../../../main/app/desktop/desktop-app.ts';
import type { DesktopApp } from '../../../../main/app/desktop/desktop-app.ts';
import { answerPage, isOwnAddress, PAGE_ADDRESS } from '../../../../main/shells/electron/page-protocol.ts';
import { servePage } from '../../../../main/shells/electron/serve-page.ts';

let folder: string;
let app: DesktopApp;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-electron-'));
  app = await openDesktopApp({
    version: '0',
    stateFolder: join(folder, 'state'),
    shell: { kind: 'electron', root: null },
  });
  await writeFile(join(folder, 'index.html'), 'the page');
  await writeFile(join(folder, 'clip.mp4'), '0123456789');
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

type Grant = (event: object, path: unknown) => Promise<unknown>;

/** As much of a window's contents as the shell touches. */
function openContents() {
  const sent: { kind: string; id: number; output?: unknown }[] = [];
  let grant: Grant = () => Promise.resolve(null);
  const contents = Object.assign(new EventEmitter(), {
    mainFrame: { url: PAGE_ADDRESS },
    ipc: Object.assign(new EventEmitter(), { handle: (_: string, handler: Grant) => (grant = handler) }),
    isDestroyed: () => false,
    send: (_: string, message: (typeof sent)[number]) => sent.push(message),
  });
  servePage(contents as unknown as WebContents, app);
  const own = { sender: contents, senderFrame: contents.mainFrame };
  return {
    contents,
    own,
    say: async (message: unknown, event: object = own) => {
      const before = sent.length;
      contents.ipc.emit('tandem:to-app', event, message);
      await new Promise((soon) => setTimeout(soon, 5));
      return sent.slice(before);
    },
    grant: (path: unknown, event: object = own) => grant(event, path),
  };
}

const hello = { kind: 'call', id: 1, name: 'hello', input: null };

describe('servePage', () => {
  it('answers the app’s own page', async () => {
    const { say } = openContents();
    expect(await say(hello)).toMatchObject([{ kind: 'result', id: 1, output: { shell: 'electron' } }]);
  });

  it('hears no other frame, no other address and no other window', async () => {
    const { say, grant, contents, own } = openContents();
    const strangers = [
      { ...own, senderFrame: { url: PAGE_ADDRESS } },
      { ...own, senderFrame: null },
      { ...own, sender: new EventEmitter() },
    ];
    for (const stranger of strangers) {
      expect(await say(hello, stranger)).toEqual([]);
      expect(await grant(join(folder, 'clip.mp4'), stranger)).toHaveProperty('refusal');
    }
    contents.mainFrame.url = 'https://evil.invalid/';
    expect(await say(hello)).toEqual([]);
  });

  it('answers a page that was loaded anew, not the one before', async () => {
    const { say, contents } = openContents();
    contents.ipc.emit('tandem:to-app', { sender: contents, senderFrame: contents.mainFrame }, hello);
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    expect(await say({ ...hello, id: 2 })).toMatchObject([{ id: 2 }]);
  });

  it.each([
    ...[null, undefined, 0, '', 'hello', [], {}, () => 1, { kind: 'evil' }, { kind: 'call' }, { ...hello, id: 0.5 }],
    ...[
      { ...hello, more: 1 },
      { ...hello, id: '1' },
      { ...hello, name: 1 },
      { kind: 'result', id: 1, output: null },
    ],
    ...[{ kind: 'event', name: 'clip', value: {} }, { kind: 'failure', id: 1, error: {} }, new Date(), Symbol('x')],
    ...['__proto__', 'constructor', 'toString', 'evil', ''].map((name) => ({ ...hello, name })),
    ...[1, {}, [], 'x'].map((input) => ({ ...hello, input })),
    { ...hello, name: 'addClips', input: { fileIds: ['../../etc/passwd'], settings: null } },
    { ...hello, name: 'addClips', input: { fileIds: ['3f2b6c1e-0000-4000-8000-000000000000'], settings: null } },
    { ...hello, name: 'browse', input: { folderId: null } },
    { ...hello, name: 'playClip', input: { clipId: 'x', which: 'evil' } },
    { ...hello, name: 'moveClip', input: { clipId: 'x', toIndex: -1 } },
    { ...hello, name: 'saveSettings', input: { language: 'xx' } },
    { ...hello, name: 'startSearch', input: { name: '../x' } },
    { ...hello, name: 'searchResults', input: { name: '../../queue' } },
  ])('accepts nothing malformed or hostile: %j', async (message) => {
    const { say } = openContents();
    expect((await say(message)).filter(({ kind }) => kind === 'result')).toEqual([]);
    expect(await say({ ...hello, id: 9 })).toMatchObject([{ kind: 'result', id: 9 }]);
  });

  it.each([null, 7, '', {}, 'x'.repeat(100_000), '/no/such/file'])('grants no %j', async (path) => {
    expect(await openContents().grant(path)).toHaveProperty('refusal');
  });
});

describe('answerPage', () => {
  const ask = (address: string, init?: RequestInit) => answerPage(new Request(address, init), app, folder);

  it('gives the page under its policy', async () => {
    const answer = await ask(PAGE_ADDRESS);
    expect(await answer.text()).toBe('the page');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('gives parts of what the app handed out', async () => {
    const { mediaId } = app.media.add(join(folder, 'clip.mp4'));
    const part = await ask(`tandem://app/media/${mediaId}`, { headers: { range: 'bytes=2-4' } });
    expect([part.status, await part.text()]).toEqual([206, '234']);
    const beyond = await ask(`tandem://app/media/${mediaId}`, { headers: { range: 'bytes=90-' } });
    expect(beyond.status).toBe(416);
  });

  it('gives a document of the app’s own under a policy that runs nothing', async () => {
    await writeFile(join(folder, 'results.html'), '<style>p {}</style>');
    const { mediaId } = app.media.add(join(folder, 'results.html'));
    const policy = (await ask(`tandem://app/media/${mediaId}`)).headers.get('content-security-policy')!.split('; ');
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "frame-ancestors 'self'", 'sandbox']));
    expect(policy.filter((part) => part.startsWith('script-src'))).toEqual([]);
  });

  it.each([
    'tandem://app/../secret',
    'tandem://app/%2e%2e/secret',
    'tandem://app/media/unknown',
    'tandem://evil/index.html',
    'https://app/index.html',
    'tandem://app/assets/../../x.js',
  ])('gives nothing for %s', async (address) => {
    expect((await ask(address)).status).toBe(404);
  });

  it('takes nothing', async () => {
    expect((await ask(PAGE_ADDRESS, { method: 'POST', body: 'x' })).status).toBe(405);
  });

  it('knows its own addresses', () => {
    expect(['tandem://app/x', 'tandem://app.evil/x', 'https://app/x', 'tandem:app', ''].map(isOwnAddress)).toEqual([
      ...[true, false, false, false, false],
    ]);
  });
});
