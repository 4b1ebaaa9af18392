/** A real adb server of the test's own, on a port and in a home folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export interface TestAdbServer {
  readonly port: number;
  /** Tells the server of a stand-in phone that listens there. */
  attach(phone: { readonly port: number }): Promise<void>;
  stop(): Promise<void>;
}

export async function startAdbServer(): Promise<TestAdbServer> {
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'tandem-adb-'));
  // No looking for emulators and phones of others: a server finds those by itself otherwise.
  const env = { HOME: home, ANDROID_SDK_HOME: home, ADB_MDNS: '0', ADB_LOCAL_TRANSPORT_MAX_PORT: '5554' };
  await execa('adb', ['-P', String(port), 'start-server'], { env });
  return {
    port,
    attach: (phone) => talk(port, `host:emulator:${phone.port}`),
    stop: async () => {
      await execa('adb', ['-P', String(port), 'kill-server'], { env, reject: false });
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function talk(port: number, command: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const length = command.length.toString(16).padStart(4, '0');
  socket.end(`${length}${command}`);
  socket.resume();
  await new Promise<void>((resolve, reject) => {
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
}
