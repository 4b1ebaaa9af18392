/** The whole way to a phone's GPU and back, on stand-ins: real adb server, real adbkit, the phone's own Java or its dex. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPhoneSession } from '../../../../main/adapters/phone/phone-session.ts';
import { startPhoneServer } from '../../../../main/adapters/phone/phone-server.ts';
import { PhoneLink } from '../../../../native-bridge/phone/phone-link.ts';
import { whyNoJvmPhone } from '../../../helpers/phone/jvm-phone.ts';
import { openStage } from '../../../helpers/phone/stand-in.ts';
import type { StandIn, StandInStage } from '../../../helpers/phone/stand-in.ts';
import { trivialProgram, trivialResult } from '../../../helpers/phone/trivial-program.ts';

const missing = whyNoJvmPhone();
if (missing !== null) console.log(`The phone's path is not tested here: it ${missing}.`);

const [WIDTH, HEIGHT] = [64, 36];
const picture = (seed: number) => Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i * 3 + seed * 29) % 251);

describe.skipIf(missing !== null)('session with a phone', () => {
  let stage: StandInStage;
  let phone: StandIn;

  beforeAll(async () => {
    stage = await openStage();
    phone = await stage.addPhone();
    await phone.plug();
  });

  afterAll(() => stage.close());

  it.each(['java', 'dex'] as const)('computes every pixel right (%s)', async (code) => {
    const other = await stage.addPhone({ code });
    await other.plug();
    const session = await openPhoneSession(stage.host.phone(other.adbd.serial), { sockets: 2 });
    expect(session.link.report.get('model')).toBe('Stand-in');
    expect(session.link.report.get('driver')).toContain('OpenGL ES 3');
    await session.link.load(trivialProgram(WIDTH, HEIGHT));
    for (const payload of ['plain', 'residual4'] as const) {
      const runs = [1, 2, 3, 4].map(async (seed) => {
        const output = new Uint8Array(4 * WIDTH * HEIGHT);
        await session.link.run(picture(seed), output, payload);
        expect(Buffer.compare(output, trivialResult(picture(seed), WIDTH, HEIGHT))).toBe(0);
      });
      await Promise.all(runs);
    }
    await session.close();
    expect(await session.ended).toBe('the desktop is gone: the stream ended');
    expect(other.jvm.leftovers()).toEqual([]);
    await other.adbd.unplug();
  });

  it('packs what is near the enlarged input, without loss', async () => {
    const session = await openPhoneSession(stage.host.phone(phone.adbd.serial));
    await session.link.load(trivialProgram(WIDTH, HEIGHT));
    // Flat pictures: the program adds 3, 8, 14 and 19 to them, two of which fit a code of 4 bits.
    const flat = new Uint8Array(WIDTH * HEIGHT).fill(100);
    const output = new Uint8Array(4 * WIDTH * HEIGHT);
    const { receivedBytes } = await session.link.run(flat, output, 'residual4');
    expect(Buffer.compare(output, trivialResult(flat, WIDTH, HEIGHT))).toBe(0);
    expect(receivedBytes).toBeGreaterThanOrEqual(output.length / 2);
    await session.close();
  });

  it('refuses another version and another token, and says so', async () => {
    const adb = stage.host.phone(phone.adbd.serial);
    await expect(startPhoneServer(adb, { version: 2 })).rejects.toThrow('expected version 1 of the wire but got 2');
    const server = await startPhoneServer(adb);
    const speak = async (token: Uint8Array, version?: number) =>
      PhoneLink.connect([await adb.openSocket(server.socketName)], {
        ...{ token, stallMs: 10_000 },
        ...(version === undefined ? {} : { version }),
      });
    await expect(speak(server.token, 9)).rejects.toThrow('expected version 1 of the wire but got 9');
    await expect(speak(new Uint8Array(32))).rejects.toThrow('expected the token of this session but got another');
    // Whoever was refused did not spoil it for the others.
    const link = await speak(server.token);
    await expect(link.run(new Uint8Array(4), new Uint8Array(16), 'plain')).rejects.toThrow('expected a program');
    link.close();
    await server.stop();
  });

  it('refuses programs and pictures that are none', async () => {
    const adb = stage.host.phone(phone.adbd.serial);
    const bad = [
      {
        program: { ...trivialProgram(8, 8), shaders: ['#version 310 es\nrubbish'] },
        words: /the driver refused a shader/,
      },
      { program: { ...trivialProgram(8, 8), dispatches: [] }, words: /the program is malformed: passes: expected 1/ },
    ];
    for (const { program, words } of bad) {
      const session = await openPhoneSession(adb);
      await expect(session.link.load(program)).rejects.toThrow(words);
      await session.close();
    }
    const session = await openPhoneSession(adb);
    await session.link.load(trivialProgram(8, 8));
    const run = session.link.run(new Uint8Array(63), new Uint8Array(256), 'plain');
    await expect(run).rejects.toThrow('expected a picture of 64 bytes but got a picture of 63 bytes');
    await session.close();
  });

  it('is one at a time, and ends on a GL error with its words', async () => {
    const adb = stage.host.phone(phone.adbd.serial);
    phone.jvm.setProperties({ 'shim.glErrorAfter': '3' });
    const session = await openPhoneSession(adb);
    phone.jvm.setProperties({});
    await expect(startPhoneServer(adb)).rejects.toThrow('another Tandem is using this phone');
    await session.link.load(trivialProgram(WIDTH, HEIGHT));
    const output = new Uint8Array(4 * WIDTH * HEIGHT);
    for (let i = 0; i < 3; i++) await session.link.run(picture(i), output, 'plain');
    const failing = session.link.run(picture(4), output, 'plain');
    await expect(failing).rejects.toThrow('the phone refused: GL error 0x505 while computing a frame');
    expect(await session.ended).toBe('GL error 0x505 while computing a frame');
    await session.close();
  });

  it('fails what is under way when the cable is pulled', async () => {
    const adb = stage.host.phone(phone.adbd.serial);
    const session = await openPhoneSession(adb);
    await session.link.load(trivialProgram(WIDTH, HEIGHT));
    const running = session.link.run(picture(1), new Uint8Array(4 * WIDTH * HEIGHT), 'plain');
    const failed = expect(running).rejects.toThrow('the connection to the phone broke');
    await phone.adbd.unplug();
    await failed;
    await session.close();
    await phone.plug();
    const again = await openPhoneSession(adb);
    await again.close();
  });
});
