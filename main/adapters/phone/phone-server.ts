/** The program on the phone: put there, checked, started, and taken away again. No setting of the phone is touched. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { TOKEN_BYTES, WIRE_VERSION } from '../../../native-bridge/phone/wire.ts';
import { AppError } from '../../core/errors.ts';
import type { AdbPhone } from './adb-host.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'native-bridge', 'phone', 'server');
/** One name, so that a second Tandem finds the phone busy; the token keeps everybody else out. */
export const SOCKET_NAME = 'tandem-phone';
const READY_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 2000;

export interface PhoneServer {
  readonly socketName: string;
  readonly token: Uint8Array;
  /** Why the program ended, in its own words; null where it could not say. Resolves when its output ends. */
  readonly ended: Promise<string | null>;
  /** Ends it, after its connections were closed, and takes away what was put on the phone. Never throws. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Told to the program instead of the real one, by tests of unequal versions. */
  readonly version?: number;
}

/**
 * @returns once the program says that it is ready
 * @throws AppError `runtime-unavailable` with the program's own words
 */
export async function startPhoneServer(phone: AdbPhone, options: ServerOptions = {}): Promise<PhoneServer> {
  const { version = WIRE_VERSION } = options;
  const token = randomBytes(TOKEN_BYTES);
  const path = `/data/local/tmp/tandem-${randomBytes(6).toString('hex')}.jar`;
  await put(phone, path);
  const shell = await phone.start(`CLASSPATH=${path} app_process / tandem.phone.Server ${SOCKET_NAME} ${version}`);
  const output = readOutput(shell);
  // On its standard input, because everybody on the phone may read a command line.
  shell.write(`${Buffer.from(token).toString('hex')}\n`);
  const stop = async (): Promise<void> => {
    // It ends by itself once its first connection is closed; waiting for its last words leaves the phone free for the
    // next. If it has none, the end of its standard input will do.
    await Promise.race([output.ended, sleep(STOP_TIMEOUT_MS)]);
    shell.destroy();
    // A phone that is being pulled at this moment may leave the question without any answer.
    const removed = phone.shell(`rm -f ${path}`).catch(() => undefined);
    await Promise.race([removed, sleep(STOP_TIMEOUT_MS)]);
  };
  try {
    await output.ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return { socketName: SOCKET_NAME, token, ended: output.ended, stop };
}

/** Pushes the program and reads it back: what is started is what was built. */
async function put(phone: AdbPhone, path: string): Promise<void> {
  const jar = readFileSync(join(FOLDER, 'tandem-phone.jar'));
  const wanted = readFileSync(join(FOLDER, 'tandem-phone.jar.sha256'), 'utf8').split(' ')[0];
  if (sha256(jar) !== wanted) throw new AppError('runtime-unavailable', `the phone's program is damaged (${FOLDER})`);
  await phone.push(jar, path, 0o400);
  const found = sha256(await phone.pull(path));
  if (found !== wanted) {
    throw new AppError('runtime-unavailable', `the phone got other bytes than were sent (${found} for ${wanted})`);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readOutput(shell: Duplex): { ready: Promise<void>; ended: Promise<string | null> } {
  const lines: string[] = [];
  const reader = createInterface({ input: shell });
  // The end is told by `close`; a cut cable is an error of the stream first.
  shell.on('error', () => reader.close());
  reader.on('line', (line) => lines.push(line));
  const ended = new Promise<string | null>((resolve) => reader.on('close', () => resolve(lastWords(lines))));
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(notReady(`it said nothing for ${READY_TIMEOUT_MS / 1000} s`)),
      READY_TIMEOUT_MS,
    );
    reader.on('line', (line) => {
      if (!line.startsWith('READY ')) return;
      clearTimeout(timer);
      resolve();
    });
    void ended.then((words) => {
      clearTimeout(timer);
      reject(notReady(words ?? lines.at(-1) ?? 'it ended without a word'));
    });
  });
  return { ready, ended };
}

function notReady(why: string): AppError {
  return new AppError('runtime-unavailable', `the program on the phone did not start: ${why}`, { details: { why } });
}

function lastWords(lines: readonly string[]): string | null {
  const told = lines.find((line) => line.startsWith('ENDED '));
  return told?.slice('ENDED '.length) ?? null;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
