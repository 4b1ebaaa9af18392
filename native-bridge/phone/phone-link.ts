import type { Duplex } from 'node:stream';
import { AppError } from '../../main/core/errors.ts';
import type { Program } from '../../models/format/program.ts';
import { pictureBytes } from '../../models/format/program.ts';
import { PhoneSocket } from './phone-socket.ts';
import type { Received } from './phone-socket.ts';
import { encodeProgram, wirePicture } from './program-codec.ts';
import type { WirePicture } from './program-codec.ts';
import { unpackResidual } from './residual.ts';
import { MESSAGE, PAYLOADS, REFUSALS, WIRE_MAGIC, WIRE_VERSION, parseReport } from './wire.ts';
import type { Header, Payload } from './wire.ts';

/** Where the time of one picture went, in milliseconds. */
export interface PhoneTimes {
  /** From handing it over until the phone had it. */
  readonly sendMs: number;
  /** Behind other pictures, on the phone. */
  readonly waitMs: number;
  readonly computeMs: number;
  readonly receiveMs: number;
  readonly receivedBytes: number;
}

export interface LinkOptions {
  readonly token: Uint8Array;
  /** Silence, with an answer due, after which the phone counts as hung. */
  readonly stallMs: number;
  /** Why the phone's program ended, told beside the sockets: they may break before its refusal has come through. */
  readonly lastWords?: Promise<string | null>;
  /** Spoken to instead of the real one, by tests of unequal versions. */
  readonly version?: number;
}

/** How long a lost phone may still say why. */
const LAST_WORDS_MS = 1000;

interface Pending {
  readonly socket: PhoneSocket;
  readonly expected: number;
  /** Where a payload of exactly this size goes. */
  readonly target: Uint8Array | null;
  readonly resolve: (received: Received) => void;
  readonly reject: (error: AppError) => void;
}

/** The phone's program, over one to three sockets. When one of them fails all is lost: nothing is sent again here. */
export class PhoneLink {
  report: ReadonlyMap<string, string> = new Map();
  readonly #sockets: PhoneSocket[];
  /** The first of the sockets, which carry what is asked from now on. */
  #used: PhoneSocket[];
  readonly #pending = new Map<number, Pending>();
  readonly #options: LinkOptions;
  #stall: NodeJS.Timeout | undefined;
  #lastId = 0;
  #ended = 0;
  #failure: AppError | null = null;
  #program: { program: Program; picture: WirePicture } | null = null;
  #onLost: (error: AppError) => void = () => undefined;

  private constructor(streams: readonly Duplex[], options: LinkOptions) {
    this.#options = options;
    this.#sockets = streams.map(
      (stream) =>
        new PhoneSocket(stream, {
          place: ({ id, length }) => {
            const target = this.#pending.get(id)?.target;
            return target?.length === length ? target : null;
          },
          onMessage: (message) => this.#answer(message),
          onProgress: () => this.#stall?.refresh(),
          onEnd: (why) => this.#lose(lost(`the connection to the phone broke: ${why}`)),
        }),
    );
    this.#used = this.#sockets;
  }

  /**
   * Shows the token on every socket.
   * @throws AppError `runtime-failed` with the phone's own words when it refuses
   */
  static async connect(streams: readonly Duplex[], options: LinkOptions): Promise<PhoneLink> {
    const link = new PhoneLink(streams, options);
    const { token, version = WIRE_VERSION } = options;
    try {
      for (const socket of link.#sockets) {
        // The magic is the id of a hello; its answer has the id 0.
        const hello = { type: MESSAGE.hello, id: WIRE_MAGIC, a: version, b: 0, c: 0 };
        const welcome = await link.#request(socket, hello, token, { answerId: 0, expected: MESSAGE.welcome });
        link.report = parseReport(welcome.payload);
      }
      return link;
    } catch (error) {
      link.close();
      throw error;
    }
  }

  get isLost(): boolean {
    return this.#failure !== null;
  }

  /** Sockets that are open. */
  get sockets(): number {
    return this.#sockets.length;
  }

  /** From now on that many of the sockets are used; the others stay open and idle. */
  useSockets(count: number): void {
    if (!(count >= 1 && count <= this.sockets)) {
      throw new RangeError(`expected 1 to ${this.sockets} sockets but got ${count}`);
    }
    this.#used = this.#sockets.slice(0, count);
  }

  /** Told once, when the phone is gone though nobody closed it. */
  set onLost(listener: (error: AppError) => void) {
    this.#onLost = listener;
  }

  /** @returns milliseconds the phone took */
  async load(program: Program): Promise<number> {
    const picture = wirePicture(program);
    const sent = encodeProgram(program);
    const { header } = await this.#send(MESSAGE.program, sent, { expected: MESSAGE.loaded });
    this.#program = { program, picture };
    return header.a / 1000;
  }

  /**
   * Computes one picture in the program's layout.
   * @param output filled when this resolves
   */
  async run(input: Uint8Array, output: Uint8Array, wanted: Payload): Promise<PhoneTimes> {
    if (!this.#program) throw new AppError('internal', 'expected a program on the phone before a picture');
    const { program, picture } = this.#program;
    const target = output.subarray(0, pictureBytes(program.target));
    const startMs = performance.now();
    const options = { a: PAYLOADS.indexOf(wanted), expected: MESSAGE.result, target };
    const { header, payload, firstByteMs, lastByteMs } = await this.#send(MESSAGE.frame, input, options);
    const kind = PAYLOADS[header.b];
    const [computeMs, waitMs] = [header.a / 1000, header.c / 1000];
    if (kind === 'residual4' || kind === 'residual8') {
      unpackResidual(kind, picture, { input, packed: payload, output: target });
    } else if (payload !== target) {
      throw new AppError('runtime-failed', `expected a picture of ${target.length} bytes but got ${payload.length}`);
    }
    const sendMs = Math.max(0, firstByteMs - startMs - computeMs - waitMs);
    return { sendMs, waitMs, computeMs, receiveMs: lastByteMs - firstByteMs, receivedBytes: payload.length };
  }

  /** Sends and fetches that many bytes. @returns milliseconds */
  async echo(upBytes: number, downBytes: number): Promise<number> {
    const startMs = performance.now();
    await this.#send(MESSAGE.echo, new Uint8Array(upBytes), { a: downBytes, expected: MESSAGE.echoed });
    return performance.now() - startMs;
  }

  close(): void {
    this.#onLost = () => undefined;
    this.#fail(lost('the connection to the phone was closed'));
  }

  #send(
    type: number,
    payload: Uint8Array,
    { a = 0, expected, target = null }: { a?: number; expected: number; target?: Uint8Array | null },
  ): Promise<Received> {
    const id = (this.#lastId += 1);
    const socket = this.#used.reduce((least, next) => (next.outstanding < least.outstanding ? next : least));
    return this.#request(socket, { type, id, a, b: 0, c: 0 }, payload, { answerId: id, expected, target });
  }

  #request(
    socket: PhoneSocket,
    header: Omit<Header, 'length'>,
    payload: Uint8Array,
    { answerId, expected, target = null }: { answerId: number; expected: number; target?: Uint8Array | null },
  ): Promise<Received> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#pending.set(answerId, { socket, expected, target, resolve, reject });
      socket.outstanding += 1;
      this.#stall ??= setTimeout(() => this.#hang(), this.#options.stallMs);
      this.#stall.refresh();
      void socket.send(header, payload);
    });
  }

  #answer(received: Received): void {
    const { header, payload } = received;
    if (header.type === MESSAGE.refused) {
      this.#fail(refused(new TextDecoder().decode(payload), REFUSALS[header.a]));
      return;
    }
    const pending = this.#pending.get(header.id);
    if (pending?.expected !== header.type) {
      this.#fail(lost(`expected an answer of the phone but got message ${header.type} for ${header.id}`));
      return;
    }
    this.#pending.delete(header.id);
    pending.socket.outstanding -= 1;
    if (this.#pending.size === 0) this.#rest();
    pending.resolve(received);
  }

  /** The phone may be saying why on another socket, or has said it where its program was started. */
  #lose(error: AppError): void {
    this.#ended += 1;
    const { lastWords = null } = this.#options;
    if (lastWords === null && this.#ended >= this.#sockets.length) this.#fail(error);
    else setTimeout(() => this.#fail(error), LAST_WORDS_MS);
    void lastWords?.then((words) => this.#fail(words === null ? error : refused(words)));
  }

  #hang(): void {
    const seconds = Math.round(this.#options.stallMs / 1000);
    this.#fail(
      lost(`the phone did not answer for ${seconds} s: it hangs or sleeps, so unlock it and keep its screen on`),
    );
  }

  #rest(): void {
    clearTimeout(this.#stall);
    this.#stall = undefined;
  }

  #fail(error: AppError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#rest();
    for (const socket of this.#sockets) socket.close();
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.#onLost(error);
  }
}

function refused(words: string, reason = 'unknown'): AppError {
  return new AppError('runtime-failed', `the phone refused: ${words}`, { details: { reason } });
}

function lost(message: string): AppError {
  return new AppError('runtime-failed', message);
}
