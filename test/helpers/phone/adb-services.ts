import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { serveSync } from './adb-sync.ts';
import type { AdbStream } from './adb-stream.ts';

export interface PhoneFolder {
  /** Holds `data/local/tmp`, `sock/` for abstract sockets and `bin/` for the phone's programs. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What adbd offers, by the name of the service. False for what it does not know or cannot reach. */
export async function openService(name: string, stream: AdbStream, folder: PhoneFolder): Promise<boolean> {
  const mapText = (text: string): string => text.replaceAll('/data/local/tmp', join(folder.root, 'data/local/tmp'));
  const shell = /^(?:shell|exec):(.+)$/s.exec(name);
  if (shell) return runShell(mapText(shell[1]!), stream, folder);
  if (name === 'sync:') {
    serveSync(stream, mapText);
    return true;
  }
  const local = /^localabstract:(.+)$/.exec(name);
  if (local) return joinSocket(join(folder.root, 'sock', local[1]!), stream);
  return false;
}

/** In a group of its own, so that the end of the stream ends all it started, as a hang-up does. */
function runShell(command: string, stream: AdbStream, { root, env }: PhoneFolder): boolean {
  const child = spawn('/bin/sh', ['-c', command], { cwd: root, env: { ...process.env, ...env }, detached: true });
  const hangUp = (): void => {
    try {
      process.kill(-child.pid!, 'SIGHUP');
    } catch {
      // It has ended already.
    }
  };
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (data: Buffer) => {
      output.pause();
      void stream.write(data).then(() => output.resume());
    });
  }
  child.stdin.on('error', () => undefined);
  stream.onData = (data) => void child.stdin.write(data);
  stream.onClosed = hangUp;
  child.on('close', () => {
    // A hang-up kills what a shell left in the background, too.
    hangUp();
    stream.close();
  });
  return true;
}

async function joinSocket(path: string, stream: AdbStream): Promise<boolean> {
  const socket = connect(path);
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  if (opened) pipe(socket, stream);
  return opened;
}

function pipe(socket: Socket, stream: AdbStream): void {
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    socket.pause();
    void stream.write(data).then(() => socket.resume());
  });
  socket.on('close', () => stream.close());
  stream.onClosed = () => socket.destroy();
  stream.onData = (data) => new Promise((resolve) => socket.write(data, () => resolve()));
}
