/** A hundred malformed and hostile messages to the contract and to the server: none is accepted, nothing falls over. */
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openDesktopApp } from '../../../../main/app/desktop/desktop-app.ts';
import type { DesktopApp } from '../../../../main/app/desktop/desktop-app.ts';
import { startServer } from '../../../../main/shells/web/server.ts';
import type { RunningServer } from '../../../../main/shells/web/server.ts';

let folder: string;
let app: DesktopApp;
let server: RunningServer;
let origin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-hostile-'));
  const root = join(folder, 'root');
  await mkdir(join(root, 'inside'), { recursive: true });
  await writeFile(join(folder, 'secret.mp4'), 'secret');
  await symlink(folder, join(root, 'way-out'));
  app = await openDesktopApp({ version: '0', stateFolder: join(folder, 'state'), shell: { kind: 'web', root } });
  const page = join(folder, 'page');
  await mkdir(page);
  await writeFile(join(page, 'index.html'), 'the page');
  server = await startServer({ app, pageFolder: page, root, token: 'secret', host: '127.0.0.1', port: 0 });
  origin = new URL(server.url).origin;
});
afterAll(async () => {
  await server.close();
  await app.close();
  await rm(folder, { recursive: true });
});

function openSocket(options: { origin?: string; path?: string } = {}): Promise<WebSocket> {
  const socket = new WebSocket(new URL(options.path ?? 'socket', server.url.replace('http', 'ws')), {
    origin: options.origin ?? origin,
  });
  // What is cut off while it is still being sent is an error more.
  socket.on('error', () => undefined);
  return new Promise((open, fail) => {
    socket.once('open', () => open(socket)).once('error', fail);
  });
}

/** What came back for one message: an accepted result, a failure, or the end of the connection. */
async function send(message: string | Buffer, patienceMs = 300): Promise<'accepted' | 'refused'> {
  const socket = await openSocket();
  try {
    return await new Promise((resolve) => {
      socket.on('message', (data: Buffer) => {
        const { kind } = JSON.parse(data.toString()) as { kind: string };
        if (kind === 'result') resolve('accepted');
        if (kind === 'failure') resolve('refused');
      });
      socket.on('close', () => resolve('refused'));
      socket.send(message);
      // Some messages mean nothing and get no answer: a proper call after them must still be served.
      setTimeout(() => resolve('refused'), patienceMs);
    });
  } finally {
    socket.terminate();
  }
}

const call = (name: unknown, input: unknown, id: unknown = 1) => JSON.stringify({ kind: 'call', id, name, input });
const settings = {
  target: { kind: 'model' },
  ...{ model: null, device: 'auto', arithmetic: null, codec: 'x264', crf: 16, preset: 'medium', container: 'auto' },
  ...{ fromSeconds: null, toSeconds: null, overwrite: false },
};
const saved = { language: 'en', theme: 'dark', atEnd: 'nothing', clip: settings, presets: [] };
const id = '3f2b6c1e-0000-4000-8000-000000000000';

/** Well formed, but for a folder that was never shown. */
const hostileSearch = {
  ...{ name: 'mine', device: 'cpu', scale: 2, target: { value: 10, unit: 'ms' }, isQuick: true, folderId: id },
};

const MESSAGES: (string | Buffer)[] = [
  ...['', ' ', 'null', '[]', '{}', '0', '"hello"', 'true', '{', '}{', 'undefined', 'NaN', '\u0000', '[[[[[[[[['],
  ...['{"kind":"call"}', '{"kind":"evil","id":1}', '{"kind":"event","name":"clip","value":{}}'],
  ...['{"kind":"result","id":1,"output":null}', '{"kind":"failure","id":1,"error":{}}'],
  '{"kind":"call","id":1,"name":"hello","input":null,"more":1}',
  '{"kind":"call","id":1,"name":"hello","input":null,"__proto__":{"x":1}}',
  Buffer.from([0, 1, 2, 255]),
  Buffer.from(call('hello', null)),
  `[${'['.repeat(5000)}${']'.repeat(5000)}]`,
  call('hello', 'x'.repeat(2 << 20)),
  ...[1.5, '1', null, {}, [], -0.5, Number.MAX_VALUE].map((badId) => call('hello', null, badId)),
  ...[
    'Hello',
    '',
    'toString',
    'constructor',
    '__proto__',
    'hasOwnProperty',
    'valueOf',
    'calls',
    'shutdown',
    7,
    null,
  ].map((name) => call(name, null)),
  ...[undefined, {}, [], 0, '', { x: 1 }].map((input) => call('hello', input)),
  ...['../../etc/passwd', '/etc', '', 'a'.repeat(65), id, 7, {}, '%2e%2e'].map((folderId) =>
    call('browse', { folderId }),
  ),
  call('browse', {}),
  call('browse', { folderId: null, path: '/' }),
  ...['/etc/passwd', '..', id, null, 'file:///etc/passwd'].map((fileId) =>
    call('addClips', { fileIds: [fileId], settings: null }),
  ),
  call('addClips', { fileIds: Array.from({ length: 5001 }, () => id), settings: null }),
  call('addClips', { fileIds: [id], settings: { ...settings, crf: 99 } }),
  call('addClips', { fileIds: [], settings: null }),
  ...['updateClip', 'retryClip', 'cancelClip', 'planClip', 'tryPlan', 'thumbnail', 'revealResult'].map((name) =>
    call(name, { clipId: id, settings }),
  ),
  ...['retryClip', 'cancelClip', 'planClip', 'tryPlan', 'thumbnail', 'revealResult'].map((name) =>
    call(name, { clipId: id }),
  ),
  call('moveClip', { clipId: id, toIndex: -1 }),
  call('moveClip', { clipId: id, toIndex: 1e9 }),
  call('removeClips', { clipIds: 'all' }),
  call('setRunning', { isRunning: 'yes' }),
  call('preview', { clipId: id, atSeconds: -1 }),
  call('preview', { clipId: id, atSeconds: 'now' }),
  call('preview', { clipId: id, atSeconds: 0, folder: '/etc' }),
  call('newestFrame', { clipId: '$(reboot)' }),
  call('testClip', { clipId: id }),
  call('playClip', { clipId: id, which: '/etc/passwd' }),
  call('exportTiming', { clipId: id, format: 'sh' }),
  call('addModel', { fileId: '/etc/passwd' }),
  call('addModel', { fileId: id }),
  call('saveSettings', { ...saved, atEnd: 'rm -rf /' }),
  call('saveSettings', { ...saved, extra: true }),
  call('saveSettings', { ...saved, presets: Array.from({ length: 101 }, () => ({ name: 'x', settings })) }),
  call('saveSettings', { ...saved, clip: { ...settings, preset: '-i /etc/passwd' } }),
  call('saveSettings', { ...saved, clip: { ...settings, model: '' } }),
  call('saveSettings', null),
  ...[{}, { name: '' }, { name: id }, { name: '../../etc' }, { name: 'x'.repeat(65) }, { name: null }].flatMap(
    (input) => ['continueSearch', 'searchResults'].map((name) => call(name, input)),
  ),
  ...[
    {},
    { name: '../out' },
    { name: '/etc/passwd' },
    { name: '.' },
    { name: 'x'.repeat(65) },
    { device: 'all' },
    { device: 'gpu --version' + '\n'.repeat(5000) },
    { scale: 8 },
    { scale: '2' },
    { target: { value: 0, unit: 'ms' } },
    { target: { value: -1, unit: 'fps' } },
    { target: '10ms; reboot' },
    { isQuick: 'yes' },
    { folderId: '/etc' },
    { folderId: '../..' },
    { dataFolder: '/etc' },
    { searchFolder: '/tmp' },
    { teacher: '/etc/passwd' },
  ].map((part) => call('startSearch', { ...hostileSearch, ...part })),
  ...[{}, { name: 'x' }, 'all'].flatMap((input) => [call('stopSearch', input), call('listSearches', input)]),
  ...[{}, '/etc'].map((input) => call('pickFolder', input)),
  ...['', 'x', '/etc/passwd', '$(id)'].map((clipId) => call('retryClip', { clipId })),
];

describe('hostile messages', () => {
  it('accepts none and goes on', async () => {
    const accepted: string[] = [];
    for (let start = 0; start < MESSAGES.length; start += 16) {
      const some = MESSAGES.slice(start, start + 16);
      const answers = await Promise.all(some.map(send));
      answers.forEach((answer, i) => {
        if (answer === 'accepted') accepted.push(String(some[i]).slice(0, 120));
      });
    }
    expect(MESSAGES.length).toBeGreaterThanOrEqual(100);
    expect(accepted).toEqual([]);
    expect(await send(call('hello', null), 20_000)).toBe('accepted');
  });

  it('opens no socket for another page, without the token or elsewhere', async () => {
    await expect(openSocket({ origin: 'http://evil.example' })).rejects.toThrow('403');
    await expect(openSocket({ origin: 'null' })).rejects.toThrow('403');
    await expect(openSocket({ path: '/t/wrong/socket' })).rejects.toThrow('403');
    await expect(openSocket({ path: 'media/x' })).rejects.toThrow('403');
  });

  it('does not list what a link leads to outside the root', async () => {
    const listing = await app.handlers.browse({ folderId: null });
    const wayOut = listing.entries.find(({ name }) => name === 'way-out')!;
    await expect(app.handlers.browse({ folderId: wayOut.fileId })).rejects.toThrow('may be shown');
    await expect(app.handlers.addClips({ fileIds: [wayOut.fileId], settings: null })).rejects.toThrow('may be opened');
  });

  it('says when a folder holds no clip', async () => {
    const listing = await app.handlers.browse({ folderId: null });
    const inside = listing.entries.find(({ name }) => name === 'inside')!;
    await expect(app.handlers.addClips({ fileIds: [inside.fileId], settings: null })).rejects.toThrow('holds none');
  });
});

function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  const { hostname, port } = new URL(origin);
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request(
      { hostname, port, path, method: options.method ?? 'GET', headers: options.headers },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
}

describe('hostile requests', () => {
  it('gives the page to who knows the token', async () => {
    expect(await ask('/t/secret/')).toEqual({ status: 200, text: 'the page' });
  });

  it.each([
    ['/', 404],
    ['/t/', 403],
    ['/t/wrong/', 403],
    ['/t/secret/../secret.mp4', 403],
    ['/t/secret/..%2f..%2fsecret.mp4', 404],
    ['/t/secret/assets/..%2findex.html', 404],
    ['/t/secret/assets//index.html', 404],
    ['/t/secret/.sources-sha256', 404],
    ['/t/secret/%00', 404],
    ['/t/secret/media/', 404],
    ['/t/secret/media/../../etc/passwd', 403],
    ['/t/secret/media/unknown', 404],
    ['/t/secret/socket', 404],
  ])('%s → %i', async (path, status) => {
    expect((await ask(path)).status).toBe(status);
  });

  it('takes no upload that names a way, has no length or comes from elsewhere', async () => {
    const put = (name: string, headers: Record<string, string> = {}) =>
      ask(`/t/secret/upload?name=${encodeURIComponent(name)}`, {
        method: 'PUT',
        headers: { origin, ...headers },
        body: 'x',
      });
    expect((await put('../evil.mp4')).status).toBe(400);
    expect((await put('a/b.mp4')).status).toBe(400);
    expect((await put('')).status).toBe(400);
    expect((await put('fine.mp4', { 'transfer-encoding': 'chunked' })).status).toBe(400);
    expect((await put('fine.mp4', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await put('huge.mp4', { 'content-length': String(2 ** 50) }).catch(() => ({ status: 507 }))).status).toBe(
      507,
    );
    expect((await put('fine.mp4')).status).toBe(201);
    expect((await put('fine.mp4')).text).toContain('fine (2).mp4');
    expect((await readdir(join(folder, 'root', 'tandem-uploads'))).sort()).toEqual(['fine (2).mp4', 'fine.mp4']);
  });

  it('outlives what is no HTTP', async () => {
    const { hostname, port } = new URL(origin);
    for (const text of [
      '\0\0\0',
      'GET\r\n\r\n',
      'GET /t/secret/ HTTP/1.1\r\n\r\n',
      `GET / HTTP/1.1\r\nx: ${'y'.repeat(99_999)}\r\n\r\n`,
    ]) {
      await new Promise<void>((closed) => {
        const socket = connect(Number(port), hostname, () => socket.end(text));
        socket.on('close', () => closed()).on('error', () => undefined);
        socket.resume();
      });
    }
    expect((await ask('/t/secret/')).status).toBe(200);
  });
});
