/**
 * The way to a phone and back without a phone: real adb server, real adbkit, a stand-in for adbd, the phone's own Java on
 * the JVM with a trivial program on software GL. 0.23 MB in and 0.92 MB out, one picture under way and three.
 * Run alone: node test/bench/adb-path.ts
 */
import { openPhoneSession } from '../../main/adapters/phone/phone-session.ts';
import type { PhoneSession } from '../../main/adapters/phone/phone-session.ts';
import { openStage } from '../helpers/phone/stand-in.ts';
import { trivialProgram } from '../helpers/phone/trivial-program.ts';
import { withTrainingsPaused } from './pause-trainings.ts';

const [WIDTH, HEIGHT] = [640, 360];
const WARM_UP = 60;
const FRAMES = 240;

/** Milliseconds a picture, and the slowest single one once warm. */
async function measure({ link }: PhoneSession, inFlight: number): Promise<object> {
  const input = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i * 7) & 255);
  const times: number[] = [];
  const run = async (frames: number): Promise<void> => {
    const output = new Uint8Array(4 * WIDTH * HEIGHT);
    for (let i = 0; i < frames; i++) {
      const startMs = performance.now();
      await link.run(input, output, 'plain');
      times.push(performance.now() - startMs);
    }
  };
  const round = (frames: number) => Promise.all(Array.from({ length: inFlight }, () => run(frames / inFlight)));
  await round(WARM_UP);
  times.length = 0;
  const startMs = performance.now();
  await round(FRAMES);
  const msPerFrame = (performance.now() - startMs) / FRAMES;
  const sorted = times.sort((a, b) => a - b);
  return { inFlight, msPerFrame, latencyP50: sorted[FRAMES >> 1], latencyP99: sorted[Math.floor(0.99 * FRAMES)] };
}

export async function benchAdbPath(): Promise<object[]> {
  return withTrainingsPaused(async () => {
    const stage = await openStage();
    try {
      const phone = await stage.addPhone();
      await phone.plug();
      const rows: object[] = [];
      for (const { sockets, inFlight } of [
        { sockets: 1, inFlight: 1 },
        { sockets: 1, inFlight: 3 },
        { sockets: 2, inFlight: 3 },
      ]) {
        const session = await openPhoneSession(stage.host.phone(phone.adbd.serial), { sockets });
        await session.link.load(trivialProgram(WIDTH, HEIGHT));
        rows.push({ sockets, ...(await measure(session, inFlight)) });
        await session.close();
      }
      return rows;
    } finally {
      await stage.close();
    }
  });
}

if (import.meta.main) console.table(await benchAdbPath());
