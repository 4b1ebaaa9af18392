/** The one file that knows adbkit: a running adb server and the phones it sees. */
import { connect } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Adb } from '@devicefarmer/adbkit';
import { AppError } from '../../core/errors.ts';
import { runCommand } from '../process/run.ts';
import { locateAdb } from './locate-adb.ts';

const DEFAULT_PORT = 5037;
const START_TIMEOUT_MS = 15_000;

/** A phone as the adb server lists it. */
export interface AdbDevice {
  readonly serial: string;
  /** The server's word: `device` is ready, also `unauthorized`, `offline`, `authorizing`, `no permissions` … */
  readonly type: string;
}

/** What Tandem does with one phone over adb. */
export interface AdbPhone {
  readonly serial: string;
  /** What a command prints, both streams, without blanks around it. @throws when the phone is not there */
  shell(command: string): Promise<string>;
  /** A command that stays: its output to read, its input to write; ended by destroying it. */
  start(command: string): Promise<Duplex>;
  push(bytes: Uint8Array, path: string, mode: number): Promise<void>;
  pull(path: string): Promise<Uint8Array>;
  /** @throws when nobody listens on this abstract socket */
  openSocket(name: string): Promise<Duplex>;
}

export interface AdbHost {
  list(): Promise<AdbDevice[]>;
  /** Calls back at once and at every change, until the signal stops it. Ends by itself with the server. */
  watch(onChange: (devices: readonly AdbDevice[]) => void, signal: AbortSignal): Promise<void>;
  phone(serial: string): AdbPhone;
  /** Runs the adb program against this server, for what the protocol of adbkit lacks: `pair`, `mdns`, `connect`. */
  command(args: readonly string[], timeoutMs: number): Promise<{ ok: boolean; output: string }>;
}

/**
 * The adb server that runs already, whoever started it, whatever its version; only where none runs is one started (the
 * program would kill a running one of another version).
 * @throws AppError `runtime-unavailable` where there is no adb
 */
export async function openAdbHost(env: NodeJS.ProcessEnv = process.env): Promise<AdbHost> {
  const port = Number(env.ANDROID_ADB_SERVER_PORT ?? DEFAULT_PORT);
  const bin = await locateAdb(env);
  if (!(await isListening(port))) {
    if (bin === null) throw noAdb();
    const { record } = await runCommand(bin, ['-P', String(port), 'start-server'], { timeoutMs: START_TIMEOUT_MS });
    if (!(await isListening(port))) {
      const details = { record };
      throw new AppError('runtime-unavailable', `adb (${bin}) could not start its server on port ${port}`, { details });
    }
  }
  const { Adb } = await import('@devicefarmer/adbkit');
  const client = Adb.createClient({ host: '127.0.0.1', port, bin: bin ?? 'adb' });
  return {
    list: async () => (await client.listDevices()).map(asDevice),
    watch: async (onChange, signal) => {
      const tracker = await client.trackDevices();
      const ended = new Promise<void>((resolve) => {
        tracker.on('end', resolve);
        tracker.on('error', () => resolve());
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      // The tracker tells its first list before anybody can listen, and every later one before it keeps it itself.
      const tell = async (): Promise<void> => onChange((await client.listDevices()).map(asDevice));
      tracker.on('changeSet', () => void tell().catch(() => undefined));
      await Promise.race([tell(), ended]);
      await ended;
      tracker.end();
    },
    phone: (serial) => phoneOver(client.getDevice(serial), serial),
    command: async (args, timeoutMs) => {
      if (bin === null) throw noAdb();
      const { record, stdout } = await runCommand(bin, ['-P', String(port), ...args], { timeoutMs });
      return { ok: record.exitCode === 0, output: [stdout, ...record.stderrTail].join('\n').trim() };
    },
  };
}

function noAdb(): AppError {
  return new AppError(
    'runtime-unavailable',
    'no adb on this computer: install the Android platform tools, or set ANDROID_HOME to where they are',
  );
}

type AdbkitDevice = ReturnType<ReturnType<typeof Adb.createClient>['getDevice']>;

function phoneOver(device: AdbkitDevice, serial: string): AdbPhone {
  return {
    serial,
    shell: async (command) => (await text(await device.shell(command))).trim(),
    start: async (command) => await device.shell(command),
    push: async (bytes, path, mode) => {
      const source = new PassThrough();
      source.end(bytes);
      await ended(await device.push(source, path, mode));
    },
    pull: async (path) => {
      const transfer = await device.pull(path);
      const parts: Uint8Array[] = [];
      // Its errors come as an event of the transfer, which is the stream itself.
      (transfer as unknown as Readable).on('data', (part: Uint8Array) => parts.push(part));
      await ended(transfer);
      return Buffer.concat(parts);
    },
    openSocket: async (name) => await device.openLocal(`localabstract:${name}`),
  };
}

function ended(transfer: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve, reject) => {
    transfer.on('end', () => resolve());
    transfer.on('error', reject);
  });
}

function asDevice({ id, type }: { id: string; type: string }): AdbDevice {
  return { serial: id, type };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}
