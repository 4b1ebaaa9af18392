/** Use cases of phones: which there are, what one can do, pairing. */
import { openAdbHost } from '../adapters/phone/adb-host.ts';
import { measureLink, planLink } from '../adapters/phone/link-test.ts';
import type { LinkFigures, LinkPlan } from '../adapters/phone/link-test.ts';
import {
  checkCanPair,
  drawPairingCode,
  makePairingCode,
  squaresOf,
  pairByCode,
  pairByDigits,
} from '../adapters/phone/pairing.ts';
import { MOST_SOCKETS, openPhoneSession } from '../adapters/phone/phone-session.ts';
import { surveyPhones } from '../adapters/phone/phone-state.ts';
import type { PhoneStatus } from '../adapters/phone/phone-state.ts';
import { selfTest } from '../adapters/phone/self-test.ts';
import type { SelfTestResult } from '../adapters/phone/self-test.ts';
import { compileForPhone } from '../adapters/runtimes/phone/compile.ts';
import { choosePhones } from './find-helpers.ts';
import { loadModel, listZoo } from './models.ts';

export function listPhones(): Promise<PhoneStatus[]> {
  return surveyPhones(openAdbHost);
}

/** Luma of 640x360 to 1280x720. */
const PICTURE = { inputBytes: 230_400, outputBytes: 921_600 };

export interface PhoneTest {
  readonly serial: string;
  /** What the phone told of itself. */
  readonly report: Readonly<Record<string, string>>;
  readonly link: LinkFigures;
  /** Every model of the zoo against the CPU, in each arithmetic that it has. */
  readonly models: readonly SelfTestResult[];
  /** What to expect for 640x360 to 1280x720. */
  readonly plan: LinkPlan | null;
}

/** Starts the phone's program, measures the way there, and computes a fixed picture with every luma model of the zoo. */
export async function testPhone(serial: string | null): Promise<PhoneTest> {
  const [phone] = choosePhones(serial === null ? 'phone' : `phone:${serial}`, await listPhones());
  const host = await openAdbHost();
  const session = await openPhoneSession(host.phone(phone!.serial!), { sockets: MOST_SOCKETS });
  try {
    const link = await measureLink(session.link, PICTURE);
    const models: SelfTestResult[] = [];
    for (const { manifest } of await listZoo()) {
      const model = await loadModel(manifest.name);
      if (model.colour === 'y') models.push(...(await selfTest(session.link, model, compileForPhone)));
    }
    const best = models.find(({ isGood }) => isGood);
    // The test's picture is small; the time grows with the samples.
    const computeMs = best === undefined ? null : best.milliseconds * ((640 * 360) / best.samples);
    const plan = computeMs === null ? null : planLink(link, { ...PICTURE, bytesPerSample: 1, computeMs });
    return { serial: phone!.serial!, report: Object.fromEntries(session.link.report), link, models, plan };
  } finally {
    await session.close();
  }
}

export interface Pairing {
  /** To print; the phone's camera reads it. */
  readonly drawing: string;
  /** The same for a page: rows of squares, `1` is dark. */
  readonly squares: readonly string[];
  /** @returns the phone's address once it is connected */
  finish(signal: AbortSignal): Promise<string>;
}

export async function startPairing(inColour: boolean): Promise<Pairing> {
  const host = await openAdbHost();
  await checkCanPair(host);
  const code = makePairingCode();
  return {
    drawing: drawPairingCode(code, inColour),
    squares: squaresOf(code),
    finish: (signal) => pairByCode(host, code, signal),
  };
}

export async function pairWithDigits(address: string, digits: string): Promise<string> {
  const host = await openAdbHost();
  await checkCanPair(host);
  return pairByDigits(host, address, digits);
}
