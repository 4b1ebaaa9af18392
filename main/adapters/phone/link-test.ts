import type { PhoneLink } from '../../../native-bridge/phone/phone-link.ts';
import type { Payload } from '../../../native-bridge/phone/wire.ts';

const PROBE_BYTES = 1 << 20;
const LATENCY_PROBES = 5;
/** A direction is measured with more bytes while it takes less than this. */
const ENOUGH_MS = 60;
const MOST_BYTES = 16 << 20;
/** Pictures of that size are exchanged for so long, so many under way, for each number of sockets. */
const EXCHANGE_MS = 120;
const EXCHANGED_TOGETHER = 3;
/** A link on which one picture takes so long is what holds, however many sockets there are. */
const HOPELESS_MS = 200;
/** A further socket has to save this share of the time: on a fast machine a second one only costs. */
const WORTH_A_SOCKET = 0.08;

/** What is sent for one picture and what comes back. */
export interface PictureBytes {
  readonly inputBytes: number;
  readonly outputBytes: number;
}

/** What the way to the phone can do. */
export interface LinkFigures {
  /** There and back of a message without content. */
  readonly latencyMs: number;
  /** Megabytes (10^6) a second, each way alone, on one socket. */
  readonly upMBps: number;
  readonly downMBps: number;
  /** How many sockets carry pictures fastest. */
  readonly sockets: number;
  /** For a picture there and one back on these, several under way. */
  readonly exchangeMs: number;
}

type TestedLink = Pick<PhoneLink, 'echo' | 'sockets' | 'useSockets'>;

/** Takes about half a second on a good cable; leaves the link with the number of sockets that was best. */
export async function measureLink(link: TestedLink, picture: PictureBytes): Promise<LinkFigures> {
  link.useSockets(1);
  const latencies: number[] = [];
  for (let i = 0; i < LATENCY_PROBES; i++) latencies.push(await link.echo(0, 0));
  const latencyMs = latencies.sort((a, b) => a - b)[LATENCY_PROBES >> 1]!;
  const rate = async (send: (bytes: number) => Promise<number>): Promise<number> => {
    for (let bytes = PROBE_BYTES; ; bytes *= 4) {
      const ms = Math.max(0.01, (await send(bytes)) - latencyMs);
      if (ms >= ENOUGH_MS || bytes >= MOST_BYTES) return bytes / 1000 / ms;
    }
  };
  const upMBps = await rate((bytes) => link.echo(bytes, 0));
  const downMBps = await rate((bytes) => link.echo(0, bytes));
  const rates = { latencyMs, upMBps, downMBps };
  const oneWayMs = wayMs(rates, picture);
  if (oneWayMs > HOPELESS_MS) return { ...rates, sockets: 1, exchangeMs: oneWayMs };
  return { ...rates, ...(await chooseSockets(link, picture)) };
}

/** A picture there and one back, one after the other, as over a USB 2 cable that both ways share. */
function wayMs({ upMBps, downMBps }: Pick<LinkFigures, 'upMBps' | 'downMBps'>, picture: PictureBytes): number {
  return picture.inputBytes / 1000 / upMBps + picture.outputBytes / 1000 / downMBps;
}

/** adb waits for an answer after each part of a stream, so more streams may carry more; here it is tried. */
async function chooseSockets(
  link: TestedLink,
  picture: PictureBytes,
): Promise<{ sockets: number; exchangeMs: number }> {
  let best = { sockets: 1, exchangeMs: Infinity };
  for (let sockets = 1; sockets <= link.sockets; sockets++) {
    link.useSockets(sockets);
    const exchangeMs = await exchange(link, picture);
    if (exchangeMs < (1 - WORTH_A_SOCKET) * best.exchangeMs) best = { sockets, exchangeMs };
  }
  link.useSockets(best.sockets);
  return best;
}

/** @returns milliseconds a picture */
async function exchange(link: TestedLink, { inputBytes, outputBytes }: PictureBytes): Promise<number> {
  const startMs = performance.now();
  let done = 0;
  const one = async (): Promise<void> => {
    do {
      await link.echo(inputBytes, outputBytes);
      done += 1;
    } while (performance.now() - startMs < EXCHANGE_MS);
  };
  await Promise.all(Array.from({ length: EXCHANGED_TOGETHER }, one));
  return (performance.now() - startMs) / done;
}

export interface PictureLoad extends PictureBytes {
  readonly bytesPerSample: number;
  /** What the phone takes for one picture. */
  readonly computeMs: number;
}

/** How pictures are sent, and what is to be expected of it. */
export interface LinkPlan {
  readonly payload: Payload;
  /** Pictures under way at once: enough that neither link nor GPU waits for the other. */
  readonly inFlight: number;
  readonly sockets: number;
  readonly framesPerSecond: number;
  /** What holds it up. */
  readonly limit: 'link' | 'phone';
}

/** Below this a phone is more trouble than help. */
export const LEAST_FRAMES_PER_SECOND = 0.5;
const MOST_IN_FLIGHT = 4;
/** Of the picture's bytes: codes of half a sample, and some samples that follow whole. */
const PACKED_SHARE = 0.56;

/** Packing saves by what each way takes of an exchange. */
export function planLink(figures: LinkFigures, load: PictureLoad): LinkPlan {
  const { latencyMs, sockets, exchangeMs } = figures;
  const { outputBytes, bytesPerSample, computeMs } = load;
  const packed = { ...load, outputBytes: PACKED_SHARE * outputBytes };
  // Packing costs both processors time; it pays where the cable is what everybody waits for.
  const isSlow = exchangeMs > computeMs;
  const linkMs = isSlow ? (exchangeMs * wayMs(figures, packed)) / wayMs(figures, load) : exchangeMs;
  const slowestMs = Math.max(linkMs, computeMs);
  const needed = Math.ceil((linkMs + computeMs + latencyMs) / slowestMs) + 1;
  return {
    payload: !isSlow ? 'plain' : bytesPerSample === 1 ? 'residual4' : 'residual8',
    inFlight: Math.min(MOST_IN_FLIGHT, Math.max(2, sockets, needed)),
    sockets,
    framesPerSecond: 1000 / slowestMs,
    limit: linkMs > computeMs ? 'link' : 'phone',
  };
}
