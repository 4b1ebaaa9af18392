/**
 * What Electron does inside a page, for plain Chromium: the preload runs in an isolated world of its own (a real one, by
 * the DevTools protocol) and its bridge reaches the page's world by DOM events, whose details the browser clones.
 */

/** Runs in the page's world before its scripts: makes what the preload exposes, function by function. */
export const PAGE_WORLD = `(() => {
  let last = 0;
  const callbacks = new Map();
  const waiting = new Map();
  const plain = (value) => {
    if (typeof value !== 'function') return { value };
    callbacks.set(++last, value);
    return { callback: last };
  };
  document.addEventListener('stand-in:expose', ({ detail: { name, functions } }) => {
    const call = (key) => (...args) => {
      const id = ++last;
      const result = new Promise((ok, no) => waiting.set(id, { ok, no }));
      document.dispatchEvent(new CustomEvent('stand-in:call', { detail: { id, name, key, args: args.map(plain) } }));
      return result;
    };
    const api = Object.freeze(Object.fromEntries(functions.map((key) => [key, call(key)])));
    Object.defineProperty(window, name, { value: api });
  });
  document.addEventListener('stand-in:callback', ({ detail: { id, args } }) => callbacks.get(id)(...args));
  document.addEventListener('stand-in:result', ({ detail: { id, value, error } }) => {
    const { ok, no } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) ok(value);
    else no(new Error(error));
  });
})()`;

/** Runs in the isolated world: the little of \`electron\` that a sandboxed preload may require, then the preload. */
export function isolatedWorld(preload: string): string {
  return `(() => {
  let last = 0;
  const exposed = {};
  const listeners = {};
  const invoked = new Map();
  const paths = {};
  globalThis.standInPaths = (more) => Object.assign(paths, more);
  globalThis.standInReceive = (message) => {
    if (message.kind === 'send') for (const listener of listeners[message.channel] ?? []) listener({}, ...message.args);
    if (message.kind !== 'invoked') return;
    const { ok, no } = invoked.get(message.id);
    invoked.delete(message.id);
    if (message.error === undefined) ok(message.value);
    else no(new Error(message.error));
  };
  const post = (message) => globalThis.standInPost(JSON.stringify(message));
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name, api) => {
        exposed[name] = api;
        document.dispatchEvent(new CustomEvent('stand-in:expose', { detail: { name, functions: Object.keys(api) } }));
      },
    },
    ipcRenderer: {
      on: (channel, listener) => (listeners[channel] ??= []).push(listener),
      send: (channel, ...args) => post({ kind: 'send', channel, args }),
      invoke: (channel, ...args) => {
        const id = ++last;
        post({ kind: 'invoke', id, channel, args });
        return new Promise((ok, no) => invoked.set(id, { ok, no }));
      },
    },
    // A browser hides where a file lies: the test says where the files are that it drops.
    webUtils: { getPathForFile: ({ name, size }) => paths[name + ' ' + size] ?? '' },
  };
  const live = ({ value, callback: id }) =>
    id === undefined
      ? value
      : (...args) => document.dispatchEvent(new CustomEvent('stand-in:callback', { detail: { id, args } }));
  document.addEventListener('stand-in:call', async ({ detail: { id, name, key, args } }) => {
    const answer = (detail) => document.dispatchEvent(new CustomEvent('stand-in:result', { detail: { id, ...detail } }));
    try {
      answer({ value: await exposed[name][key](...args.map(live)) });
    } catch (error) {
      answer({ error: String(error?.message ?? error) });
    }
  });
  const require = (name) => {
    if (name !== 'electron') throw new Error('a sandboxed preload cannot require ' + name);
    return electron;
  };
  const exports = {};
  ${preload}
})()`;
}
