import type { WebSocket } from 'ws';
import type { DesktopApp } from '../../app/desktop/desktop-app.ts';
import { appApi } from '../../contract/app-api.ts';
import { serve } from '../../contract/rpc.ts';

/** Policy violation, in WebSocket's numbers. */
const REFUSED = 1008;
/** A page that does not read is let go before its messages fill the memory. */
const MOST_BUFFERED_BYTES = 64 * 1024 * 1024;

/** Connects one page with the app. What is no message of the contract ends the connection. */
export function connectPage(socket: WebSocket, app: DesktopApp): void {
  const send = (message: unknown): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MOST_BUFFERED_BYTES) socket.terminate();
    else socket.send(JSON.stringify(message));
  };
  const server = serve(
    {
      send,
      onMessage: (listener) => {
        socket.on('message', (data: Buffer, isBinary) => {
          try {
            if (isBinary) throw new TypeError('expected text');
            listener(JSON.parse(data.toString('utf8')));
          } catch {
            socket.close(REFUSED, 'expected a message of the contract');
          }
        });
      },
    },
    appApi,
    app.handlers,
  );
  socket.on('error', () => socket.terminate());
  socket.on(
    'close',
    app.subscribe((name, value) => server.emit(name, value)),
  );
}
