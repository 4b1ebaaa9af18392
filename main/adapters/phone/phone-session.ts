import type { Duplex } from 'node:stream';
import { PhoneLink } from '../../../native-bridge/phone/phone-link.ts';
import type { AdbPhone } from './adb-host.ts';
import { startPhoneServer } from './phone-server.ts';

const STALL_MS = 15_000;

/** More than the wire's three never helped. */
export const MOST_SOCKETS = 3;

export interface SessionOptions {
  /** One to {@link MOST_SOCKETS}; more than one helps where the cable is faster than a stream of adb. */
  readonly sockets?: number;
  readonly stallMs?: number;
}

/** A started program and the link to it. */
export interface PhoneSession {
  readonly serial: string;
  readonly link: PhoneLink;
  /** Why the program on the phone ended, in its own words; null where it could not say. */
  readonly ended: Promise<string | null>;
  close(): Promise<void>;
}

/** @throws AppError `runtime-unavailable` or `runtime-failed`, with the phone's own words where it said some */
export async function openPhoneSession(phone: AdbPhone, options: SessionOptions = {}): Promise<PhoneSession> {
  const { sockets = 1, stallMs = STALL_MS } = options;
  const server = await startPhoneServer(phone);
  const streams: Duplex[] = [];
  try {
    for (let i = 0; i < sockets; i++) streams.push(await phone.openSocket(server.socketName));
    const link = await PhoneLink.connect(streams, { token: server.token, stallMs, lastWords: server.ended });
    const close = async (): Promise<void> => {
      link.close();
      await server.stop();
    };
    return { serial: phone.serial, link, ended: server.ended, close };
  } catch (error) {
    for (const stream of streams) stream.destroy();
    await server.stop();
    throw error;
  }
}
