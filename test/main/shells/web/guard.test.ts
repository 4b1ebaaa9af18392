import { describe, expect, it } from 'vitest';
import { parseRange } from '../../../../main/app/desktop/answer-media.ts';
import { judge } from '../../../../main/shells/web/guard.ts';
import { cleanName } from '../../../../main/shells/web/upload.ts';

const OPTIONS = { token: 'secret', port: 8500, host: '127.0.0.1' };
const GET = { method: 'GET', url: '/t/secret/', host: '127.0.0.1:8500', origin: undefined };
const own = 'http://127.0.0.1:8500';

describe('judge', () => {
  it('lets the page through, and what it sends', () => {
    expect(judge(GET, OPTIONS)).toMatchObject({ path: '' });
    expect(judge({ ...GET, url: '/t/secret/media/x?y=1', host: 'localhost:8500' }, OPTIONS)).toMatchObject({
      path: 'media/x',
    });
    expect(judge({ ...GET, method: 'PUT', url: '/t/secret/upload?name=a', origin: own }, OPTIONS)).toMatchObject({
      path: 'upload',
    });
  });

  it.each([
    ['a rebound name', { host: 'evil.example:8500' }, 403],
    ['another port', { host: '127.0.0.1:9' }, 403],
    ['no host', { host: undefined }, 403],
    ['another page', { origin: 'http://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['a change by nobody', { method: 'PUT' }, 403],
    ['an unknown method', { method: 'POST', origin: own }, 405],
    ['a wrong token', { url: '/t/secre7/' }, 403],
    ['a shorter token', { url: '/t/secre/' }, 403],
    ['no token', { url: '/' }, 404],
    ['another host in the path', { url: '//evil.example/t/secret/' }, 404],
    ['a whole address', { url: 'http://evil.example/t/secret/' }, 404],
    ['an empty address', { url: '' }, 404],
  ])('refuses %s', (_, change, refusal) => {
    expect(judge({ ...GET, ...change }, OPTIONS)).toEqual({ refusal });
  });
});

describe('parseRange', () => {
  it.each([
    ['bytes=0-', { from: 0, to: 99 }],
    ['bytes=10-19', { from: 10, to: 19 }],
    ['bytes=90-1000', { from: 90, to: 99 }],
    ['bytes=-10', { from: 90, to: 99 }],
    ['bytes=-1000', { from: 0, to: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=9-8', 'unsatisfiable'],
    ['bytes=-', null],
    ['bytes=0-1,5-6', null],
    ['lines=0-1', null],
  ])('%s', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });
});

describe('cleanName', () => {
  it('takes plain names only', () => {
    expect(cleanName('My clip (2).mp4')).toBe('My clip (2).mp4');
    for (const name of ['', '..', '.hidden', '../a', 'a/b', 'a\\b', 'a\0b', 'C:x', 'x'.repeat(300)])
      expect(() => cleanName(name)).toThrow('plain file name');
  });
});
