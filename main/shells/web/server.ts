/**
 * The app in a browser. node:http and `ws` are all it takes: four routes behind one guard.
 *   t/<token>/             the page and its files
 *   t/<token>/socket       the contract, over a WebSocket
 *   t/<token>/media/<id>   files the app handed out, with Range
 *   t/<token>/upload       PUT: a clip, streamed to disk
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { answerMedia } from '../../app/desktop/answer-media.ts';
import type { DesktopApp } from '../../app/desktop/desktop-app.ts';
import { describePath } from '../../app/desktop/handlers.ts';
import { LONGEST_MESSAGE_BYTES } from '../../contract/limits.ts';
import { toPlainError } from '../../contract/rpc.ts';
import { mediumHeaders, SAFE_HEADERS } from '../page/content-policy.ts';
import { readPageFile } from '../page/page-file.ts';
import { judge } from './guard.ts';
import type { Verdict } from './guard.ts';
import { connectPage } from './socket.ts';
import { receiveUpload } from './upload.ts';

/** Below the root: where uploads go and, beside them, their results. */
const UPLOADS_FOLDER = 'tandem-uploads';

export interface ServerOptions {
  readonly app: DesktopApp;
  readonly pageFolder: string;
  readonly root: string;
  readonly token: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, token } = options;
  const server = createServer({ maxHeaderSize: 16 * 1024 });
  await new Promise<void>((ready, fail) => {
    server.once('error', fail).listen(options.port, host, ready);
  });
  const { port } = server.address() as AddressInfo;
  const guard = { token, port, host };
  const judgeRequest = ({ method = '', url = '', headers }: IncomingMessage): Verdict =>
    judge({ method, url, host: headers.host, origin: headers.origin }, guard);

  server.on('request', (request, response) => {
    const verdict = judgeRequest(request);
    if ('refusal' in verdict) refuse(response, verdict.refusal);
    else route(request, response, verdict, options).catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LONGEST_MESSAGE_BYTES });
  server.on('upgrade', (request, socket: Socket, head) => {
    socket.on('error', () => socket.destroy());
    const verdict = judgeRequest(request);
    // A browser always names the origin of a socket; who does not is none.
    const isOurs = !('refusal' in verdict) && verdict.path === 'socket' && request.headers.origin !== undefined;
    if (!isOurs) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (page) => connectPage(page, options.app));
  });
  const shownHost = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return {
    url: `http://${shownHost}:${String(port)}/t/${token}/`,
    close: async () => {
      for (const page of sockets.clients) page.terminate();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

type Allowed = Exclude<Verdict, { refusal: number }>;

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  { path, query }: Allowed,
  options: ServerOptions,
): Promise<void> {
  if (request.method === 'PUT') {
    if (path === 'upload') await answerUpload(request, response, query.get('name') ?? '', options);
    else refuse(response, 405);
    return;
  }
  const mediaId = /^media\/([\w-]{1,64})$/.exec(path)?.[1];
  if (mediaId !== undefined) {
    await sendMedium(request, response, mediaId, options);
    return;
  }
  const file = await readPageFile(options.pageFolder, path);
  if (!file) {
    refuse(response, 404);
    return;
  }
  response.writeHead(200, { ...SAFE_HEADERS, 'content-type': file.mimeType, 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}

async function sendMedium(
  request: IncomingMessage,
  response: ServerResponse,
  mediaId: string,
  { app }: ServerOptions,
): Promise<void> {
  const { status, headers, body } = await answerMedia(app.media.get(mediaId), request.headers.range ?? null);
  response.writeHead(status, mediumHeaders(headers));
  if (!body || request.method === 'HEAD') {
    body?.destroy();
    response.end();
    return;
  }
  body.on('error', () => response.destroy());
  response.on('close', () => body.destroy());
  body.pipe(response);
}

async function answerUpload(
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  { app, root }: ServerOptions,
): Promise<void> {
  const headers = { ...SAFE_HEADERS, 'content-type': 'application/json', connection: 'close' };
  try {
    const path = await receiveUpload(request, join(root, UPLOADS_FOLDER), name);
    const entry = await describePath(path, app.grants);
    response.writeHead(201, headers).end(JSON.stringify(entry));
  } catch (error) {
    const { code, message } = toPlainError(error);
    response.writeHead(code === 'disk-full' ? 507 : 400, headers).end(JSON.stringify({ code, message }));
  }
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { ...SAFE_HEADERS, 'content-type': 'text/plain', connection: 'close' });
  response.end(`${String(status)}\n`);
}
