/** `tandem://app/`: the page, its files, and `media/<id>` with Range. Nothing else is there. */
import { Readable } from 'node:stream';
import type { CustomScheme } from 'electron';
import { answerMedia } from '../../app/desktop/answer-media.ts';
import type { DesktopApp } from '../../app/desktop/desktop-app.ts';
import { mediumHeaders, SAFE_HEADERS } from '../page/content-policy.ts';
import { readPageFile } from '../page/page-file.ts';

export const PAGE_ADDRESS = 'tandem://app/index.html';
const SCHEME = 'tandem';
const HOST = 'app';

/** To be registered before Electron is ready. */
export const PAGE_SCHEME: CustomScheme = {
  scheme: SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
};

export function isOwnAddress(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === `${SCHEME}:` && url.host === HOST;
}

/** Whether it is a file that the app handed out. */
export function isMedium(address: string): boolean {
  return isOwnAddress(address) && mediumOf(address) !== null;
}

function mediumOf(address: string): string | null {
  return /^\/media\/([\w-]{1,64})$/.exec(new URL(address).pathname)?.[1] ?? null;
}

/** Answers one request of the page. */
export async function answerPage(request: Request, app: DesktopApp, pageFolder: string): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  if (!isOwnAddress(request.url)) return refuse(404);
  const path = new URL(request.url).pathname.slice(1);
  const mediaId = mediumOf(request.url);
  if (mediaId !== null) return sendMedium(request, app, mediaId);
  const file = await readPageFile(pageFolder, path);
  if (!file) return refuse(404);
  return new Response(request.method === 'HEAD' ? null : Buffer.from(file.bytes), {
    headers: { ...SAFE_HEADERS, 'content-type': file.mimeType, 'cache-control': 'no-store' },
  });
}

async function sendMedium(request: Request, { media }: DesktopApp, mediaId: string): Promise<Response> {
  const { status, headers, body } = await answerMedia(media.get(mediaId), request.headers.get('range'));
  const isWanted = body !== null && request.method !== 'HEAD';
  if (!isWanted) body?.destroy();
  // Node's and the web's streams are one class with two declarations.
  const stream = isWanted ? (Readable.toWeb(body) as unknown as ReadableStream) : null;
  return new Response(stream, { status, headers: mediumHeaders(headers) });
}

function refuse(status: 404 | 405): Response {
  return new Response(`${String(status)}\n`, { status, headers: { ...SAFE_HEADERS, 'content-type': 'text/plain' } });
}
