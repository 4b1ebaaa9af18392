import { afterEach, describe, expect, it, vi } from 'vitest';
import { LEAST_FRAMES_PER_SECOND, measureLink, planLink } from '../../../../main/adapters/phone/link-test.ts';
import {
  checkCanPair,
  makePairingCode,
  drawPairingCode,
  pairByCode,
  pairByDigits,
  parseMdnsServices,
} from '../../../../main/adapters/phone/pairing.ts';
import { describeState, PHONE_STATES } from '../../../../main/adapters/phone/phone-state.ts';

const linkOf = (MBps: number) => {
  return { latencyMs: 1, upMBps: MBps, downMBps: MBps, sockets: 1, exchangeMs: 1152 / MBps };
};
const picture = { inputBytes: 230_400, outputBytes: 921_600, bytesPerSample: 1, computeMs: 12 };

describe('link to a phone', () => {
  afterEach(() => vi.useRealTimers());

  it('sends pictures as they are where the cable is fast, packed where it is slow', () => {
    const fast = planLink(linkOf(120), picture);
    expect(fast).toEqual({ payload: 'plain', inFlight: 3, sockets: 1, framesPerSecond: 1000 / 12, limit: 'phone' });
    const usb2 = planLink(linkOf(36), picture);
    expect(usb2).toMatchObject({ payload: 'residual4', limit: 'link' });
    expect(usb2.framesPerSecond).toBeCloseTo(36e6 / (230_400 + 0.56 * 921_600), 5);
    expect(planLink(linkOf(36), { ...picture, bytesPerSample: 2 }).payload).toBe('residual8');
    expect(planLink({ ...linkOf(120), sockets: 3 }, picture).inFlight).toBe(3);
  });

  it('expects too little of Wi-Fi far away', () => {
    const far = planLink({ ...linkOf(0.3), latencyMs: 80 }, picture);
    expect(far.framesPerSecond).toBeLessThan(LEAST_FRAMES_PER_SECOND);
  });

  it('measures with more bytes the faster it is, and takes the latency off', async () => {
    const asked: number[] = [];
    const echo = (up: number, down: number): Promise<number> => {
      asked.push(up + down);
      return Promise.resolve(4 + up / 100_000 + down / 25_000);
    };
    const link = { echo, sockets: 1, useSockets: () => undefined };
    const figures = await measureLink(link, { inputBytes: 1 << 20, outputBytes: 5 << 20 });
    expect(figures).toMatchObject({ latencyMs: 4, sockets: 1 });
    expect(figures.upMBps).toBeCloseTo(100);
    expect(figures.downMBps).toBeCloseTo(25);
    expect(figures.exchangeMs).toBeCloseTo(10.48576 + 209.7152);
    expect(Math.max(...asked)).toBe(16 << 20);
  });

  // Milliseconds of an exchange on one, two and three sockets.
  it.each([
    { each: [24, 12, 8], best: 3 },
    { each: [24, 12, 12], best: 2 },
    { each: [12, 24, 24], best: 1 },
  ])('takes the number of sockets that is fastest: $best for $each', async ({ each, best }) => {
    vi.useFakeTimers();
    const used: number[] = [];
    const link = {
      sockets: 3,
      useSockets: (count: number) => used.push(count),
      echo: async (up: number, down: number) => {
        if (up > 0 && down > 0) await new Promise((resolve) => setTimeout(resolve, 3 * each[used.at(-1)! - 1]!));
        return 1 + (up + down) / 100_000;
      },
    };
    const measured = measureLink(link, picture);
    await vi.advanceTimersByTimeAsync(10_000);
    const { sockets, exchangeMs } = await measured;
    expect({ sockets, left: used.at(-1) }).toEqual({ sockets: best, left: best });
    expect(exchangeMs).toBeCloseTo(each[best - 1]!);
  });
});

/** adb 31's answers; Debian's adb cannot pair, so its words are played here. */
function playAdb(answers: Readonly<Record<string, string | string[]>>) {
  const asked: string[] = [];
  const command = (args: readonly string[]): Promise<{ ok: boolean; output: string }> => {
    const line = args.join(' ');
    asked.push(line);
    const answer = answers[line];
    const output = Array.isArray(answer) ? (answer.length > 1 ? answer.shift()! : answer[0]!) : answer;
    return Promise.resolve({ ok: output !== undefined, output: output ?? `adb: unknown command ${line}` });
  };
  return { asked, command };
}

const NOTHING = 'List of discovered mdns services';
const PAIRING = `${NOTHING}\ntandem-aaaaaa\t_adb-tls-pairing._tcp.\t192.168.1.20:37043\n`;
const CONNECT = `${NOTHING}\nadb-R58-x1\t_adb-tls-connect._tcp\t192.168.1.20:41235\nother\t_adb._tcp\t10.0.0.1:5555`;

describe('pairing over Wi-Fi', () => {
  it('reads what adb lists', () => {
    expect(parseMdnsServices(`${PAIRING}garbage\n\n${CONNECT}`)).toEqual([
      { name: 'tandem-aaaaaa', kind: 'pairing', address: '192.168.1.20:37043' },
      { name: 'adb-R58-x1', kind: 'connect', address: '192.168.1.20:41235' },
    ]);
  });

  it('shows a code that Android reads, waits for the phone, pairs and connects', async () => {
    const code = makePairingCode(() => 0);
    expect(code.text).toBe('WIFI:T:ADB;S:tandem-aaaaaa;P:aaaaaaaaaaaa;;');
    expect(drawPairingCode(code, false).split('\n').length).toBeGreaterThan(12);
    expect(drawPairingCode(code, true)).toContain('\x1b[97;40m');
    const adb = playAdb({
      'mdns services': [NOTHING, PAIRING, CONNECT],
      'pair 192.168.1.20:37043 aaaaaaaaaaaa': 'Successfully paired to 192.168.1.20:37043 [guid=adb-R58-x1]',
      'connect 192.168.1.20:41235': 'connected to 192.168.1.20:41235',
    });
    expect(await pairByCode(adb, code, AbortSignal.timeout(10_000))).toBe('192.168.1.20:41235');
  });

  it('says what went wrong', async () => {
    const code = makePairingCode();
    await expect(checkCanPair(playAdb({}))).rejects.toThrow('platform tools 31 or later');
    await checkCanPair(playAdb({ 'mdns check': 'mdns daemon version [Openscreen]' }));
    const nobody = playAdb({ 'mdns services': NOTHING });
    await expect(pairByCode(nobody, code, AbortSignal.abort())).rejects.toThrow('no phone scanned the code in time');
    const wrong = playAdb({
      'pair 10.0.0.2:4000 123456': 'Failed: Wrong password or connection was dropped.',
    });
    await expect(pairByDigits(wrong, '10.0.0.2:4000', '123456')).rejects.toThrow('Wrong password');
    await expect(pairByDigits(wrong, '10.0.0.2', '123456')).rejects.toThrow("expected the phone's host:port");
    await expect(pairByDigits(wrong, '10.0.0.2:4000', '12345')).rejects.toThrow('expected six digits');
  });
});

describe('states of a phone', () => {
  it.each(PHONE_STATES)('%s is one plain sentence', (state) => {
    expect(describeState(state, 'R58', 'Pixel 5').sentence).toMatch(/^[A-Z][^.!?]*\.$/);
  });
});
