import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Medium } from './media-store.ts';

/** An answer in HTTP's terms, for whichever server sends it. */
export interface MediaAnswer {
  readonly status: 200 | 206 | 404 | 416;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable | null;
}

const NOTHING: MediaAnswer = { status: 404, headers: {}, body: null };

/** Inclusive byte positions; `null` for a header that asks for nothing we know, `unsatisfiable` beyond the end. */
export function parseRange(header: string, size: number): { from: number; to: number } | 'unsatisfiable' | null {
  const parts = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header);
  if (!parts || (parts[1] === '' && parts[2] === '')) return null;
  const [first, last] = [parts[1]!, parts[2]!];
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (from > to || from >= size) return 'unsatisfiable';
  return { from, to };
}

/** A whole file, or the part that a `Range` header asks for. */
export async function answerMedia(medium: Medium | null, range: string | null): Promise<MediaAnswer> {
  const info = medium && (await stat(medium.path).catch(() => null));
  if (!medium || !info?.isFile()) return NOTHING;
  const headers: Record<string, string> = {
    'content-type': medium.mimeType,
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
  };
  if (medium.saveAs !== undefined)
    headers['content-disposition'] = `attachment; filename*=UTF-8''${encodeURIComponent(medium.saveAs)}`;
  const part = range === null ? null : parseRange(range, info.size);
  if (part === 'unsatisfiable')
    return { status: 416, headers: { 'content-range': `bytes */${String(info.size)}` }, body: null };
  const { from, to } = part ?? { from: 0, to: info.size - 1 };
  headers['content-length'] = String(to - from + 1);
  if (part) headers['content-range'] = `bytes ${String(from)}-${String(to)}/${String(info.size)}`;
  const body = info.size === 0 ? null : createReadStream(medium.path, { start: from, end: to });
  return { status: part ? 206 : 200, headers, body };
}
