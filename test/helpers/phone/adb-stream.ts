import { COMMANDS } from './adb-packets.ts';
import type { Packet } from './adb-packets.ts';

export type SendPacket = (packet: Packet) => void;

/** One write is under way at a time, as adbd does it: the next goes out once the last was acknowledged. */
export class AdbStream {
  readonly #send: SendPacket;
  readonly #localId: number;
  readonly #remoteId: number;
  readonly #maxData: number;
  readonly #onClose: () => void;
  #queue: { data: Buffer; sent: () => void }[] = [];
  /** Until it was opened, and until the last write was acknowledged. */
  #isWaiting = true;
  #isClosed = false;
  /** Takes what came in; its end acknowledges. */
  onData: (data: Buffer) => Promise<void> | void = () => undefined;
  /** The other side closed. */
  onClosed: () => void = () => undefined;

  constructor(send: SendPacket, ids: { local: number; remote: number }, maxData: number, onClose: () => void) {
    this.#send = send;
    this.#localId = ids.local;
    this.#remoteId = ids.remote;
    this.#maxData = maxData;
    this.#onClose = onClose;
  }

  open(): void {
    this.#packet(COMMANDS.OKAY);
    this.#isWaiting = false;
    this.#pump();
  }

  /** Resolves when the last part has been handed to the transport. */
  async write(data: Buffer): Promise<void> {
    for (let at = 0; at < data.length; at += this.#maxData) {
      const part = data.subarray(at, at + this.#maxData);
      if (this.#isClosed) return;
      await new Promise<void>((sent) => {
        this.#queue.push({ data: part, sent });
        this.#pump();
      });
    }
  }

  /** Instead of {@link open}: the service cannot be had. */
  refuse(): void {
    this.#send({ command: COMMANDS.CLSE, arg0: 0, arg1: this.#remoteId, payload: Buffer.alloc(0) });
    this.#shut();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#packet(COMMANDS.CLSE);
    this.#shut();
  }

  handle({ command, payload }: Packet): void {
    if (command === COMMANDS.OKAY) {
      this.#isWaiting = false;
      this.#pump();
    } else if (command === COMMANDS.WRTE) {
      void this.#take(payload);
    } else if (command === COMMANDS.CLSE) this.drop();
  }

  async #take(payload: Buffer): Promise<void> {
    await this.onData(payload);
    if (!this.#isClosed) this.#packet(COMMANDS.OKAY);
  }

  /** The transport is gone, or the other side closed. */
  drop(): void {
    if (this.#isClosed) return;
    this.#shut();
    this.onClosed();
  }

  #shut(): void {
    this.#isClosed = true;
    for (const { sent } of this.#queue.splice(0)) sent();
    this.#onClose();
  }

  #pump(): void {
    if (this.#isWaiting || this.#isClosed) return;
    const next = this.#queue.shift();
    if (!next) return;
    this.#isWaiting = true;
    this.#packet(COMMANDS.WRTE, next.data);
    next.sent();
  }

  #packet(command: number, payload: Buffer = Buffer.alloc(0)): void {
    this.#send({ command, arg0: this.#localId, arg1: this.#remoteId, payload });
  }
}
