/** Pairing over Wi-Fi as Android 11 and later do it: by a QR code that the phone scans, or by six digits that it shows. */
import { randomInt } from 'node:crypto';
import { encode, renderUnicodeCompact } from 'uqr';
import { AppError } from '../../core/errors.ts';
import type { AdbHost } from './adb-host.ts';

type AdbCommands = Pick<AdbHost, 'command'>;

const COMMAND_TIMEOUT_MS = 20_000;
const POLL_MS = 1000;
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A service that a phone announces in the local network. */
export interface MdnsService {
  readonly name: string;
  readonly kind: 'pairing' | 'connect';
  /** `host:port` */
  readonly address: string;
}

/** Lines of `adb mdns services`. */
export function parseMdnsServices(output: string): MdnsService[] {
  return output.split('\n').flatMap((line) => {
    const [name, type, address] = line.trim().split(/\s+/);
    const kind = /^_adb-tls-(pairing|connect)\._tcp\.?$/.exec(type ?? '')?.[1];
    if (name === undefined || address === undefined || kind === undefined || !/:\d+$/.test(address)) return [];
    return [{ name, kind: kind as MdnsService['kind'], address }];
  });
}

/** What the phone's camera is shown: it then announces itself for pairing under this name, by this password. */
export interface PairingCode {
  readonly name: string;
  readonly password: string;
  readonly text: string;
}

export function makePairingCode(pick: (below: number) => number = randomInt): PairingCode {
  const word = (length: number): string => Array.from({ length }, () => LETTERS[pick(LETTERS.length)]!).join('');
  const [name, password] = [`tandem-${word(6)}`, word(12)];
  return { name, password, text: `WIFI:T:ADB;S:${name};P:${password};;` };
}

/** For a page: rows of squares, `1` is dark. */
export function squaresOf({ text }: PairingCode): string[] {
  return encode(text, { ecc: 'L', border: 2 }).data.map((row) => row.map((isDark) => (isDark ? '1' : '0')).join(''));
}

/**
 * For a terminal, two rows of squares a line.
 * @param inColour black on white whatever the terminal's own colours are
 */
export function drawPairingCode({ text }: PairingCode, inColour: boolean): string {
  const lines = renderUnicodeCompact(text, { ecc: 'L', border: 2 }).split('\n');
  return lines.map((line) => (inColour ? `\x1b[97;40m${line}\x1b[0m` : line)).join('\n');
}

/**
 * Waits for the phone that scanned the code, pairs with it and connects to it.
 * @returns its address
 * @throws AppError `runtime-unavailable` when adb cannot pair, or nobody came until the signal's end
 */
export async function pairByCode(adb: AdbCommands, code: PairingCode, signal: AbortSignal): Promise<string> {
  for (;;) {
    const found = (await listServices(adb)).find(({ name, kind }) => kind === 'pairing' && name === code.name);
    if (found) return pairAt(adb, found.address, code.password);
    if (signal.aborted) {
      throw unavailable('no phone scanned the code in time; phone and computer have to be in the same Wi-Fi');
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** @param address `host:port` and @param digits, both as the phone shows them under "pair with code" */
export async function pairByDigits(adb: AdbCommands, address: string, digits: string): Promise<string> {
  if (!/^\S+:\d+$/.test(address))
    throw new AppError('wrong-usage', `expected the phone's host:port but got ${address}`);
  if (!/^\d{6}$/.test(digits)) throw new AppError('wrong-usage', `expected six digits but got ${digits}`);
  return pairAt(adb, address, digits);
}

async function pairAt(adb: AdbCommands, address: string, secret: string): Promise<string> {
  const paired = await adb.command(['pair', address, secret], COMMAND_TIMEOUT_MS);
  // adb says "Failed" with exit code 0 in some versions.
  if (!paired.ok || !/successfully paired/i.test(paired.output)) {
    throw unavailable(`adb could not pair with ${address}: ${lastLine(paired.output)}`);
  }
  const host = address.replace(/:\d+$/, '');
  const service = (await listServices(adb)).find((s) => s.kind === 'connect' && s.address.startsWith(`${host}:`));
  if (!service) return address;
  const connected = await adb.command(['connect', service.address], COMMAND_TIMEOUT_MS);
  if (!/connected to/i.test(connected.output)) {
    throw unavailable(`paired, but adb could not connect to ${service.address}: ${lastLine(connected.output)}`);
  }
  return service.address;
}

/**
 * `pair` and `mdns` came with adb 30 and 31.
 * @throws AppError `runtime-unavailable` where this adb has neither
 */
export async function checkCanPair(adb: AdbCommands): Promise<void> {
  const { ok, output } = await adb.command(['mdns', 'check'], COMMAND_TIMEOUT_MS);
  if (ok && !/unknown|usage/i.test(output)) return;
  throw unavailable('this adb cannot pair over Wi-Fi: install platform tools 31 or later, or use a cable');
}

async function listServices(adb: AdbCommands): Promise<MdnsService[]> {
  return parseMdnsServices((await adb.command(['mdns', 'services'], COMMAND_TIMEOUT_MS)).output);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function unavailable(message: string): AppError {
  return new AppError('runtime-unavailable', message);
}
