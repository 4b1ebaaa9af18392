import type { PhoneLink } from '../../../native-bridge/phone/phone-link.ts';
import type { Payload } from '../../../native-bridge/phone/wire.ts';

const PROBE_BYTES = 1 << 20;
const LATENCY_PROBES = 5;
/** A direction is measured with more bytes while it takes less than this. */
const ENOUGH_MS = 60;
const MOST_BYTES = 16 << 20;

/** What the way to the phone can do. */
export interface LinkFigures {
  /** There and back of a message without content. */
  readonly latencyMs: number;
  /** Megabytes (10^6) a second, each way alone. */
  readonly upMBps: number;
  readonly downMBps: number;
}

/** Takes about a quarter of a second on a good cable. */
export async function measureLink(link: Pick<PhoneLink, 'echo'>): Promise<LinkFigures> {
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
  return { latencyMs, upMBps, downMBps };
}

export interface PictureLoad {
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly bytesPerSample: number;
  /** What the phone takes for one picture. */
  readonly computeMs: number;
}

/** How pictures are sent, and what is to be expected of it. */
export interface LinkPlan {
  readonly payload: Payload;
  /** Pictures under way at once: enough that neither link nor GPU waits for the other. */
  readonly inFlight: number;
  readonly framesPerSecond: number;
  /** What holds it up. */
  readonly limit: 'link' | 'phone';
}

/** Below this a phone is more trouble than help. */
export const LEAST_FRAMES_PER_SECOND = 0.5;
const MOST_IN_FLIGHT = 4;
/** Of the picture's bytes: codes of half a sample, and some samples that follow whole. */
const PACKED_SHARE = 0.56;

/** Both ways share a USB 2 cable, so their times add up. */
export function planLink({ latencyMs, upMBps, downMBps }: LinkFigures, load: PictureLoad): LinkPlan {
  const { inputBytes, outputBytes, bytesPerSample, computeMs } = load;
  const wayMs = (share: number): number => inputBytes / 1000 / upMBps + (share * outputBytes) / 1000 / downMBps;
  const plainMs = wayMs(1);
  // Packing costs both processors time; it pays where the cable is what everybody waits for.
  const isSlow = plainMs > computeMs;
  const linkMs = isSlow ? wayMs(PACKED_SHARE) : plainMs;
  const slowestMs = Math.max(linkMs, computeMs);
  const needed = Math.ceil((linkMs + computeMs + latencyMs) / slowestMs) + 1;
  return {
    payload: !isSlow ? 'plain' : bytesPerSample === 1 ? 'residual4' : 'residual8',
    inFlight: Math.min(MOST_IN_FLIGHT, Math.max(2, needed)),
    framesPerSecond: 1000 / slowestMs,
    limit: linkMs > computeMs ? 'link' : 'phone',
  };
}
