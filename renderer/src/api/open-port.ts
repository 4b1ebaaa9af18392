import type { Port } from '../../../main/contract/rpc.ts';

/** What Electron's preload offers; absent in a browser. */
export interface Bridge extends Port {
  /** Names a file that the person chose to the app, which may then open it. */
  grantFile(file: File): Promise<unknown>;
}

declare global {
  interface Window {
    readonly tandem?: Bridge;
  }
}

export interface OpenPort {
  readonly port: Port;
  /** Resolves with a reason when the other side is gone. */
  readonly lost: Promise<void>;
}

/** The way to the app: Electron's bridge, or a WebSocket to where the page came from. */
export async function openPort(): Promise<OpenPort> {
  const bridge = window.tandem;
  if (bridge) return { port: bridge, lost: new Promise(() => undefined) };
  const address = new URL('socket', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  await new Promise<void>((open, fail) => {
    socket.onopen = () => open();
    socket.onerror = () => fail(new Error('the app does not answer'));
  });
  const lost = new Promise<void>((resolve) => {
    socket.onclose = () => resolve();
  });
  return {
    lost,
    port: {
      send: (message) => socket.send(JSON.stringify(message)),
      onMessage: (listener) =>
        socket.addEventListener('message', ({ data }: MessageEvent<string>) => listener(JSON.parse(data))),
    },
  };
}
