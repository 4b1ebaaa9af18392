/**
 * The way to a phone and back without a phone: real adb server, real adbkit, a stand-in for adbd, the phone's own Java on
 * the JVM with a trivial program on software GL. 0.23 MB in and 0.92 MB out, one picture under way and three; beside that
 * what the link test chooses here.
 * Run alone: node test/bench/adb-path.ts
 */
import { measureLink } from '../../main/adapters/phone/link-test.ts';
import { MOST_SOCKETS, openPhoneSession } from '../../main/adapters/phone/phone-session.ts';
import type { PhoneSession } from '../../main/adapters/phone/phone-session.ts';
import { openStage } from '../helpers/phone/stand-in.ts';
import { trivialProgram } from '../helpers/phone/trivial-program.ts';
import { withTrainingsPaused } from './pause-trainings.ts';

const [WIDTH, HEIGHT] = [640, 360];
const WARM_UP = 60;
const FRAMES = 240;

/** Milliseconds a picture, of these in the program (several share the processor), and the slowest single ones. */
async function measure({ link }: PhoneSession, inFlight: number): Promise<object> {
  const input = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i * 7) & 255);
  const times: number[] = [];
  let computing = 0;
  const run = async (frames: number): Promise<void> => {
    const output = new Uint8Array(4 * WIDTH * HEIGHT);
    for (let i = 0; i < frames; i++) {
      const startMs = performance.now();
      const { computeMs } = await link.run(input, output, 'plain');
      times.push(performance.now() - startMs);
      computing += computeMs;
    }
  };
  const round = (frames: number) => Promise.all(Array.from({ length: inFlight }, () => run(frames / inFlight)));
  await round(WARM_UP);
  times.length = computing = 0;
  const startMs = performance.now();
  await round(FRAMES);
  const msPerFrame = (performance.now() - startMs) / FRAMES;
  const sorted = times.sort((a, b) => a - b);
  return {
    ...{ inFlight, msPerFrame, computeMs: computing / FRAMES },
    ...{ latencyP50: sorted[FRAMES >> 1], latencyP99: sorted[Math.floor(0.99 * FRAMES)] },
  };
}

export async function benchAdbPath(): Promise<object[]> {
  return withTrainingsPaused(async () => {
    const stage = await openStage();
    try {
      const phone = await stage.addPhone();
      await phone.plug();
      const rows: object[] = [];
      const session = await openPhoneSession(stage.host.phone(phone.adbd.serial), { sockets: MOST_SOCKETS });
      await session.link.load(trivialProgram(WIDTH, HEIGHT));
      for (const inFlight of [1, 3]) {
        for (let sockets = 1; sockets <= Math.min(inFlight, MOST_SOCKETS); sockets++) {
          session.link.useSockets(sockets);
          rows.push({ sockets, ...(await measure(session, inFlight)) });
        }
      }
      const chosen = await measureLink(session.link, { inputBytes: WIDTH * HEIGHT, outputBytes: 4 * WIDTH * HEIGHT });
      rows.push({ sockets: `${chosen.sockets} chosen by the link test`, inFlight: 3, ...(await measure(session, 3)) });
      await session.close();
      return rows;
    } finally {
      await stage.close();
    }
  });
}

if (import.meta.main) console.table(await benchAdbPath());
