/**
 * A stand-in for a phone's adbd: speaks the ADB transport to a real adb server. It looks like an emulator, because that
 * is what a server drops at once when its connection closes, as it does with a pulled cable.
 */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { COMMANDS, PacketReader, encodePacketHeader } from './adb-packets.ts';
import type { Packet } from './adb-packets.ts';
import { openService } from './adb-services.ts';
import type { PhoneFolder } from './adb-services.ts';
import { AdbStream } from './adb-stream.ts';
import { SlowLine } from './slow-line.ts';

const VERSION = 0x01000001;
const MAX_DATA = 1 << 20;
const AUTH_TOKEN = 1;
const AUTH_PUBLIC_KEY = 3;

export interface FakeAdbdOptions {
  readonly folder: PhoneFolder;
  readonly model?: string;
  /** Waits for {@link FakeAdbd.allow} before it lets the computer in. */
  readonly isLocked?: boolean;
  /** Bytes a second that both directions share; as fast as it goes when absent. */
  readonly bytesPerSecond?: number;
}

export class FakeAdbd {
  readonly #options: FakeAdbdOptions;
  #server: Server | null = null;
  #socket: Socket | null = null;
  #line: SlowLine | null = null;
  #streams = new Map<number, AdbStream>();
  #lastId = 0;
  #isLocked: boolean;
  #asking = false;
  port = 0;

  constructor(options: FakeAdbdOptions) {
    this.#options = options;
    this.#isLocked = options.isLocked ?? false;
  }

  get serial(): string {
    return `emulator-${this.port - 1}`;
  }

  /** Bytes that went either way so far, headers included. */
  get bytesCarried(): number {
    return this.#line?.bytes ?? 0;
  }

  /** Puts the plug in: listens, on the same port as before. */
  async plug(): Promise<void> {
    for (let tries = 0; this.#server === null; tries++) {
      const server = createServer((socket) => this.#attach(socket));
      const port = this.port;
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', resolve);
      });
      const got = (server.address() as AddressInfo).port;
      // Emulators have odd ports.
      if (got % 2 === 1) [this.#server, this.port] = [server, got];
      else server.close();
      if (tries > 64) throw new Error('expected an odd port to be free');
    }
  }

  /** Pulls it: everything under way is lost at once. */
  async unplug(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.#detach();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** The person taps on "allow". */
  allow(): void {
    this.#isLocked = false;
    if (this.#asking) this.#greet();
  }

  #attach(socket: Socket): void {
    this.#detach();
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    const reader = new PacketReader();
    const line = new SlowLine(this.#options.bytesPerSecond ?? null);
    [this.#socket, this.#line] = [socket, line];
    socket.on('data', (chunk) => {
      for (const packet of reader.push(chunk)) {
        line.carry(24 + packet.payload.length, () => this.#socket === socket && this.#handle(packet));
      }
    });
    socket.on('close', () => this.#socket === socket && this.#detach());
  }

  #detach(): void {
    this.#socket?.destroy();
    this.#socket = null;
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) stream.drop();
  }

  readonly #send = (packet: Packet): void => {
    const socket = this.#socket;
    this.#line?.carry(24 + packet.payload.length, () => {
      socket?.cork();
      socket?.write(encodePacketHeader(packet));
      socket?.write(packet.payload);
      socket?.uncork();
    });
  };

  #handle(packet: Packet): void {
    const { command, arg0, arg1, payload } = packet;
    if (command === COMMANDS.CNXN || command === COMMANDS.AUTH) {
      this.#authorise(command, arg0);
    } else if (command === COMMANDS.OPEN) {
      void this.#open(arg0, payload.toString().replace(/\0.*$/s, ''));
    } else {
      const stream = this.#streams.get(arg1);
      if (stream) stream.handle(packet);
      else if (command !== COMMANDS.CLSE)
        this.#send({ command: COMMANDS.CLSE, arg0: 0, arg1: arg0, payload: Buffer.alloc(0) });
    }
  }

  #authorise(command: number, type: number): void {
    if (!this.#isLocked) this.#greet();
    else if (command === COMMANDS.AUTH && type === AUTH_PUBLIC_KEY) this.#asking = true;
    else this.#send({ command: COMMANDS.AUTH, arg0: AUTH_TOKEN, arg1: 0, payload: Buffer.alloc(20, 7) });
  }

  #greet(): void {
    const { model = 'Stand-in' } = this.#options;
    const banner = `device::ro.product.name=fake;ro.product.model=${model};ro.product.device=fake;features=cmd`;
    this.#send({ command: COMMANDS.CNXN, arg0: VERSION, arg1: MAX_DATA, payload: Buffer.from(banner) });
  }

  async #open(remote: number, name: string): Promise<void> {
    const stream = this.#makeStream(remote);
    if (await openService(name, stream, this.#options.folder)) stream.open();
    else stream.refuse();
  }

  #makeStream(remote: number): AdbStream {
    const local = (this.#lastId += 1);
    const stream = new AdbStream(this.#send, { local, remote }, MAX_DATA, () => this.#streams.delete(local));
    this.#streams.set(local, stream);
    return stream;
  }
}
