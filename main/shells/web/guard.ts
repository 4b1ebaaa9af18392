import { timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** What a request says of itself. */
export interface RequestFacts {
  readonly method: string;
  readonly url: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

export interface GuardOptions {
  readonly token: string;
  readonly port: number;
  /** Address it listens on. */
  readonly host: string;
}

/** The path behind the token and the query, or the status of the refusal. */
export type Verdict =
  { readonly path: string; readonly query: URLSearchParams } | { readonly refusal: 403 | 404 | 405 };

/**
 * Lets through only who knows the token and speaks to this very server: a foreign `Host` is a rebound name, a foreign
 * `Origin` another page. What changes anything, and the socket, must say where it comes from.
 */
export function judge(request: RequestFacts, options: GuardOptions): Verdict {
  const { method, host, origin } = request;
  if (host === undefined || !isOwnHost(host, options)) return { refusal: 403 };
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isRead && method !== 'PUT') return { refusal: 405 };
  if (origin !== undefined && origin !== `http://${host}`) return { refusal: 403 };
  if (!isRead && origin === undefined) return { refusal: 403 };
  const url = parseUrl(request.url, host);
  const [, first, token, ...rest] = url?.pathname.split('/') ?? [];
  if (!url || first !== 't' || token === undefined) return { refusal: 404 };
  if (!isSameText(token, options.token)) return { refusal: 403 };
  return { path: rest.join('/'), query: url.searchParams };
}

function parseUrl(url: string, host: string): URL | null {
  // Node hands over whatever came: `//evil/` would name another host.
  return url.startsWith('/') && !url.startsWith('//') ? URL.parse(`http://${host}${url}`) : null;
}

function isOwnHost(host: string, options: GuardOptions): boolean {
  const suffix = `:${String(options.port)}`;
  if (!host.endsWith(suffix)) return false;
  const name = host.slice(0, -suffix.length).toLowerCase();
  if (['127.0.0.1', 'localhost', '[::1]', options.host.toLowerCase()].includes(name)) return true;
  const isOpen = options.host === '0.0.0.0' || options.host === '::';
  return isOpen && (isIP(name.replace(/^\[|\]$/g, '')) !== 0 || name === hostname().toLowerCase());
}

function isSameText(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
