/** What the page may load and do: its own files and the app's socket, nothing else, nowhere to go. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  // Documents that the app made, under the policy below.
  "frame-src 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** A document that the app made, such as a search's results: styles and drawings of its own, no script, in our page alone. */
const DOCUMENT_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox',
].join('; ');

/** Headers of every answer. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), midi=()',
};

/** Headers of a file that the app handed out. */
export function mediumHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const isDocument = headers['content-type']?.startsWith('text/html') === true;
  const policy = isDocument ? { 'content-security-policy': DOCUMENT_POLICY } : {};
  return { ...SAFE_HEADERS, ...headers, ...policy };
}
