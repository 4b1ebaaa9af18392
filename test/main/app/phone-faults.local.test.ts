/**
 * Whatever happens to a phone in the middle of a job: every frame comes once, in order, with the bits of a run without the
 * fault, and each state is one plain sentence. TANDEM_UNPLUGS and TANDEM_FAULT_SEED choose longer and other runs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { measureLink, planLink } from '../../../main/adapters/phone/link-test.ts';
import { MOST_SOCKETS, openPhoneSession } from '../../../main/adapters/phone/phone-session.ts';
import { surveyPhones } from '../../../main/adapters/phone/phone-state.ts';
import { liveFrameCount } from '../../../main/core/frame.ts';
import { PauseGate } from '../../../main/core/pause-gate.ts';
import { whyNoJvmPhone } from '../../helpers/phone/jvm-phone.ts';
import { openStage, waitFor } from '../../helpers/phone/stand-in.ts';
import type { StandIn, StandInStage } from '../../helpers/phone/stand-in.ts';
import { ownMember, phoneMember, restingPhoneMember, startJob } from '../../helpers/phone/tandem-job.ts';
import type { TandemJob } from '../../helpers/phone/tandem-job.ts';

const missing = whyNoJvmPhone();
if (missing !== null) console.log(`Phones in tandem are not tested here: it ${missing}.`);

const UNPLUGS = Number(process.env.TANDEM_UNPLUGS ?? 20);
const SEED = Number(process.env.TANDEM_FAULT_SEED ?? 1);

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

const framesOf = ({ rows }: TandemJob, lane: string): number => rows.filter((row) => row.lane === lane).length;

async function runsMore(job: TandemJob, lane: string, frames = 3): Promise<void> {
  const before = framesOf(job, lane);
  await waitFor(() => framesOf(job, lane) >= before + frames, 60_000);
}

async function expectWhole(job: TandemJob): Promise<number> {
  const { frames, ...is } = await job.finish();
  expect(is).toEqual({ isInOrder: true, isSame: true });
  expect(liveFrameCount()).toBe(0);
  return frames;
}

describe.skipIf(missing !== null)('phones in tandem', () => {
  let stage: StandInStage;
  let phone: StandIn;

  beforeAll(async () => {
    stage = await openStage();
    phone = await stage.addPhone({ model: 'Alpha' });
    await phone.plug();
  });

  /** What a failed test left running would spoil the next one. */
  const jobs: TandemJob[] = [];
  const begin = async (...args: Parameters<typeof startJob>): Promise<TandemJob> => {
    const job = await startJob(...args);
    jobs.push(job);
    return job;
  };
  afterEach(async () => {
    phone.jvm.setProperties({});
    for (const job of jobs.splice(0)) await job.finish().catch(() => undefined);
  });
  afterAll(() => stage.close());

  it(
    `survives ${UNPLUGS} cables pulled in the middle of frames (seed ${SEED})`,
    { timeout: 180_000 + 6000 * UNPLUGS },
    async () => {
      const random = randomFrom(SEED);
      const job = await begin([ownMember(4), phoneMember(stage, phone)]);
      for (let i = 0; i < UNPLUGS; i++) {
        await runsMore(job, 'phone');
        await sleep(20 * random());
        await phone.adbd.unplug();
        await waitFor(() => job.told.length === 2 * i + 1);
        await phone.plug();
        await waitFor(() => job.told.length === 2 * i + 2, 60_000);
      }
      await runsMore(job, 'phone');
      await expectWhole(job);
      expect(new Set(job.told.map((sentence) => sentence.replace(/: .*?\. /, ': … ')))).toEqual(
        new Set(['phone is lost: … Its frames go to the others.', 'phone is back and helps again.']),
      );
    },
  );

  it('survives its program being killed, a GL error, and a phone that hangs', { timeout: 120_000 }, async () => {
    phone.jvm.setProperties({ 'shim.glErrorAfter': '40' });
    const job = await begin([ownMember(4), phoneMember(stage, phone, 'phone', 1500)]);
    phone.jvm.setProperties({});
    await waitFor(() => job.told.length === 2, 60_000);
    expect(job.told[0]).toBe(
      'phone is lost: the phone refused: GL error 0x505 while computing a frame. Its frames go to the others.',
    );
    await runsMore(job, 'phone');
    phone.jvm.signal('SIGKILL');
    await waitFor(() => job.told.length === 4, 60_000);
    await runsMore(job, 'phone');
    phone.jvm.signal('SIGSTOP');
    await waitFor(() => job.told.length === 5, 60_000);
    expect(job.told[4]).toContain('the phone did not answer for 2 s');
    phone.jvm.signal('SIGKILL');
    await waitFor(() => job.told.length === 6, 60_000);
    await runsMore(job, 'phone');
    await expectWhole(job);
  });

  it('goes on without a phone that sleeps, and takes it again once it is awake', { timeout: 120_000 }, async () => {
    const job = await begin([ownMember(4), phoneMember(stage, phone, 'phone', 1500)]);
    await runsMore(job, 'phone');
    phone.jvm.signal('SIGSTOP');
    await waitFor(() => job.told.length === 1, 60_000);
    expect(job.told[0]).toBe(
      'phone is lost: the phone did not answer for 2 s: it hangs or sleeps, so unlock it and keep its screen on. Its frames go to the others.',
    );
    await runsMore(job, 'own');
    phone.jvm.signal('SIGCONT');
    await waitFor(() => job.told.length === 2, 60_000);
    expect(job.told[1]).toBe('phone is back and helps again.');
    await runsMore(job, 'phone');
    await expectWhole(job);
  });

  it('leaves out a phone whose GPU fails again and again, and says so', { timeout: 180_000 }, async () => {
    phone.jvm.setProperties({ 'shim.glErrorAfter': '40' });
    const job = await begin([ownMember(4), phoneMember(stage, phone)]);
    await waitFor(() => job.told.some((sentence) => sentence.includes('left out')), 150_000);
    phone.jvm.setProperties({});
    const sentence =
      'phone is lost: the phone refused: GL error 0x505 while computing a frame. Its frames go to the others.';
    expect(job.told.filter((told) => told.startsWith('phone is lost'))).toEqual(Array(4).fill(sentence));
    expect(job.told.at(-1)).toMatch(/^phone is left out from now on: it failed 4 times in \d+ min\.$/);
    await runsMore(job, 'own');
    await expectWhole(job);
  });

  it('waits for its only phone to come back', { timeout: 60_000 }, async () => {
    const job = await begin([phoneMember(stage, phone)]);
    await runsMore(job, 'phone');
    await phone.adbd.unplug();
    await waitFor(() => job.told.length === 1);
    await phone.plug();
    await runsMore(job, 'phone');
    await expectWhole(job);
  });

  it('lets go of its phone while it is paused, and goes on with it', { timeout: 60_000 }, async () => {
    const gate = new PauseGate();
    const job = await begin([restingPhoneMember(stage, phone, gate)], gate);
    for (let pause = 0; pause < 2; pause++) {
      await runsMore(job, 'phone');
      // Pictures that were finished before the pause come at once.
      await waitFor(() => phone.jvm.isBusy());
      gate.hold('asked');
      await waitFor(() => !phone.jvm.isBusy());
      expect(phone.jvm.leftovers()).toEqual([]);
      gate.release('asked');
    }
    await runsMore(job, 'phone');
    await expectWhole(job);
    expect(job.told).toEqual([]);
  });

  it('feeds two phones and this computer at once', { timeout: 60_000 }, async () => {
    const second = await stage.addPhone({ model: 'Beta' });
    await second.plug();
    const job = await begin([ownMember(8), phoneMember(stage, phone, 'alpha'), phoneMember(stage, second, 'beta')]);
    for (const lane of ['alpha', 'beta', 'own']) await runsMore(job, lane, 10);
    await second.adbd.unplug();
    await waitFor(() => job.told.length === 1);
    await runsMore(job, 'alpha');
    await expectWhole(job);
    expect(job.told[0]).toMatch(/^beta is lost: .*\. Its frames go to the others\.$/);
    const timed = job.rows.find(({ lane }) => lane === 'alpha')!;
    expect([timed.send, timed.compute, timed.receive].every((ms) => ms > 0)).toBe(true);
  });

  it.each([36, 5])('packs its pictures for a link of %i MB/s', { timeout: 60_000 }, async (megabytes) => {
    const far = await stage.addPhone({ model: 'Far', bytesPerSecond: megabytes * 1e6 });
    await far.plug();
    const session = await openPhoneSession(stage.host.phone(far.adbd.serial), { sockets: MOST_SOCKETS });
    const picture = { inputBytes: 230_400, outputBytes: 921_600 };
    const figures = await measureLink(session.link, picture);
    await session.close();
    // No more than the line carries; how much less is this machine's affair.
    expect(Math.max(figures.upMBps, figures.downMBps)).toBeLessThan(1.1 * megabytes);
    const load = { ...picture, bytesPerSample: 1, computeMs: 10 };
    expect(planLink(figures, load)).toMatchObject({ payload: 'residual4', limit: 'link' });
    const job = await begin([ownMember(10), phoneMember(stage, far, 'far')]);
    await runsMore(job, 'far', 10);
    await expectWhole(job);
    await far.adbd.unplug();
  });

  it('says every state in one plain sentence', { timeout: 60_000 }, async () => {
    const states = async (): Promise<Record<string, string>> => {
      const found = await surveyPhones(() => Promise.resolve(stage.host));
      for (const { sentence } of found) expect(sentence).toMatch(/^[A-Z][^.!?]*\.$/);
      return Object.fromEntries(found.map(({ serial, state }) => [serial ?? '', state]));
    };
    const serial = phone.adbd.serial;
    expect((await states())[serial]).toBe('ready');
    phone.jvm.setDump('thermalservice', 'IsStatusOverride: false\nThermal Status: 4\n');
    expect((await states())[serial]).toBe('hot');
    phone.jvm.setDump('thermalservice', 'Thermal Status: 1\n');
    const session = await openPhoneSession(stage.host.phone(serial));
    expect((await states())[serial]).toBe('busy');
    await session.close();
    const locked = await stage.addPhone({ isLocked: true });
    await locked.plug('unauthorized');
    expect(await states()).toMatchObject({ [serial]: 'ready', [locked.adbd.serial]: 'unauthorised' });
    locked.adbd.allow();
    await waitFor(async () => (await states())[locked.adbd.serial] === 'ready');
    await locked.adbd.unplug();
    await phone.adbd.unplug();
    await waitFor(async () => (await states())[''] === 'no-phone');
  });
});
