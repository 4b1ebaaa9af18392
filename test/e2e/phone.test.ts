/** Whole commands with a phone, on stand-ins: real adb server, real adbkit, the phone's own Java on software OpenGL ES. */
import { whyNoVulkan } from '../helpers/software-gpu.ts';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyEngineMissing } from '../../native-bridge/cpu/engine.ts';
import { whyDawnMissing } from '../../native-bridge/gpu/dawn.ts';
import { openPhoneSession } from '../../main/adapters/phone/phone-session.ts';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import type { DeviceList } from '../../main/app/devices.ts';
import { listZoo } from '../../main/app/models.ts';
import type { PhoneTest } from '../../main/app/phone.ts';
import type { Profile } from '../../main/app/profile.ts';
import type { CheckedLatency } from '../../models/search/latency.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { whyNoJvmPhone } from '../helpers/phone/jvm-phone.ts';
import { openStage, waitFor } from '../helpers/phone/stand-in.ts';
import type { StandIn, StandInStage } from '../helpers/phone/stand-in.ts';
import { runCli } from '../helpers/run-cli.ts';
import type { CliEnd } from '../helpers/run-cli.ts';
import { writeTrainingImages } from '../helpers/training-images.ts';

const missing = whyNoJvmPhone() ?? whyEngineMissing() ?? (await whyDawnMissing()) ?? whyNoVulkan();
if (missing !== null) console.log(`Commands with a phone are not tested: ${missing}`);

describe.skipIf(missing !== null)('with a phone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'phone-commands-'));
  let stage: StandInStage;
  let phone: StandIn;
  let ffmpeg = '';

  const tandem = (...args: string[]): Promise<CliEnd> =>
    runCli(args, folder, {
      ANDROID_ADB_SERVER_PORT: String(stage.server.port),
      TANDEM_CACHE_DIR: join(folder, 'cache'),
    });

  beforeAll(async () => {
    stage = await openStage();
    phone = await stage.addPhone({ model: 'Alpha' });
    await phone.plug();
    ffmpeg = (await locateFfmpeg()).ffmpeg.path;
    makeClip(ffmpeg, join(folder, 'clip.mp4'), { frames: 24 });
  });

  afterAll(async () => {
    await stage.close();
    rmSync(folder, { recursive: true });
  });

  it('tandem devices and tandem phone list say how each phone is', async () => {
    await phone.adbd.unplug();
    await waitFor(async () => (await stage.host.list()).length === 0);
    const none = await tandem('devices');
    expect(none.stdout).toContain('phone  No phone is connected: plug one in with USB debugging on');
    await phone.plug();
    const locked = await stage.addPhone({ isLocked: true });
    await locked.plug('unauthorized');
    const { serial } = phone.adbd;
    const { phones } = JSON.parse((await tandem('devices', '--json')).stdout) as DeviceList;
    expect(phones).toContainEqual(
      expect.objectContaining({ serial, model: 'Alpha', state: 'ready', sentence: `Alpha (${serial}) is ready.` }),
    );
    const waits = `The phone ${locked.adbd.serial} waits for you: unlock it and allow USB debugging from this computer.`;
    for (const command of [['devices'], ['phone', 'list']]) {
      const { code, stdout } = await tandem(...command);
      expect(code).toBe(0);
      expect(stdout).toContain(`Alpha (${serial}) is ready.`);
      expect(stdout).toContain(waits);
    }
    await locked.adbd.unplug();
    await waitFor(async () => (await stage.host.list()).length === 1);
  });

  it('tandem phone test compares every luma model with the CPU, and plans how to send pictures', async () => {
    const { code, stdout, stderr } = await tandem('phone', 'test', '--json');
    expect(code, stderr).toBe(0);
    const test = JSON.parse(stdout) as PhoneTest;
    const names = (await listZoo()).flatMap(({ manifest }) => (manifest.colour === 'y' ? [manifest.name] : []));
    expect(new Set(test.models.map(({ model }) => model))).toEqual(new Set(names));
    for (const { arithmetic, isGood, maxError, milliseconds } of test.models) {
      expect({ arithmetic, isGood }).toEqual({ arithmetic, isGood: true });
      if (arithmetic === 'int8') expect(maxError).toBe(0);
      expect(milliseconds).toBeGreaterThan(0);
    }
    const { latencyMs, upMBps, downMBps, sockets, exchangeMs } = test.link;
    for (const figure of [latencyMs, upMBps, downMBps, exchangeMs]) expect(figure).toBeGreaterThan(0);
    expect([1, 2, 3]).toContain(sockets);
    // Software computes for longer than any link takes, so nothing is packed.
    expect(test.plan).toMatchObject({ payload: 'plain', limit: 'phone', sockets });
    expect(test.plan!.inFlight).toBeGreaterThanOrEqual(Math.max(2, sockets));
    const table = (await tandem('phone', 'test', phone.adbd.serial)).stdout;
    expect(table).toMatch(/Tandem Alpha \(emulator-\d+\), Android API 33/);
    expect(table).toMatch(/link +[\d.]+ MB\/s there, [\d.]+ MB\/s back, [\d.]+ ms there and back/);
    expect(table).toMatch(/tandem-x2-fast +int8 +right +0 +0\.00 %/);
    expect(phone.jvm.leftovers()).toEqual([]);
  });

  it('tandem profile measures layers on it, and tandem search whole networks', async () => {
    const profiled = await tandem('profile', '--device', 'phone', '--quick', '--json');
    expect(profiled.code, profiled.stderr).toBe(0);
    const { key, driver, costs } = JSON.parse(profiled.stdout) as Profile;
    expect([key, driver]).toEqual([expect.stringMatching(/^Alpha, /), expect.stringContaining('OpenGL ES 3')]);
    for (const size of [8, 4] as const) {
      for (const cost of [costs.f32.perMac[size][4], costs.f32.perMac[size][1], costs.int8.perMac[size][4]]) {
        expect(cost).toBeGreaterThan(0);
      }
    }
    await writeTrainingImages(join(folder, 'images'), 8);
    const search = (...more: string[]) =>
      tandem('search', 'latency', '--quick', '--folder', folder, '--data', join(folder, 'images'), ...more);
    const done = await search('--device', `phone:${phone.adbd.serial}`);
    expect(done.code, done.stderr).toBe(0);
    const read = async (file: string) => JSON.parse(await readFile(join(folder, 'searched', file), 'utf8')) as unknown;
    const latency = (await read('latency/done.json')) as CheckedLatency;
    expect(latency.device).toContain('Alpha');
    expect(latency.calibrations.length).toBeGreaterThanOrEqual(4);
    for (const { measuredMs } of latency.calibrations) expect(measuredMs).toBeGreaterThan(0);
    const other = await search('--device', 'cpu');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain(`(device phone:${phone.adbd.serial}) but got cpu; name another with --run`);
    const none = await tandem('search', '--run', 'none', '--folder', folder, '--device', 'tpu');
    expect(none.stderr.trim()).toBe("expected the device cpu, gpu, gpu:NAME, phone or phone:SERIAL but got 'tpu'");
    expect(phone.jvm.leftovers()).toEqual([]);
  });

  it('tandem upscale gives one clip whoever computes it: cpu, gpu, phone, all', async () => {
    const upscale = async (device: string) => {
      const output = `${device.replace(/:.*/, '')}.mp4`;
      const stats = ['--stats', 'stats.json', '--overwrite'];
      const end = await tandem(
        'upscale',
        'clip.mp4',
        '--device',
        device,
        '--arithmetic',
        'int8',
        '-o',
        output,
        ...stats,
      );
      expect(end.code, end.stderr).toBe(0);
      const rows = JSON.parse(await readFile(join(folder, 'stats.json'), 'utf8')) as { lane: string }[];
      const pictures = ['-v', 'error', '-i', join(folder, output), '-map', '0:v', '-f', 'framemd5', '-'];
      const frames = execFileSync(ffmpeg, pictures, { encoding: 'utf8' });
      return { lanes: new Set(rows.map(({ lane }) => lane)), count: rows.length, frames };
    };
    const alpha = `Alpha (${phone.adbd.serial})`;
    const cpu = await upscale('cpu');
    expect({ ...cpu, frames: '' }).toEqual({ lanes: new Set(['sparse']), count: 24, frames: '' });
    const gpu = await upscale('gpu:llvmpipe');
    expect([gpu.lanes, gpu.count]).toEqual([new Set(['webgpu']), 24]);
    const alone = await upscale('phone');
    expect([alone.lanes, alone.count]).toEqual([new Set([alpha]), 24]);
    const all = await upscale('all');
    expect([all.lanes, all.count]).toEqual([new Set(['sparse', alpha]), 24]);
    for (const { frames } of [gpu, alone, all]) expect(frames).toBe(cpu.frames);
  });

  it('tandem upscale --arithmetic f16 is for GPUs and phones', async () => {
    const upscale = (device: string) =>
      tandem('upscale', 'clip.mp4', '--device', device, '--arithmetic', 'f16', '-o', 'half.mp4', '--overwrite');
    for (const device of ['gpu:llvmpipe', 'phone']) {
      const end = await upscale(device);
      expect(end.code, end.stderr).toBe(0);
      expect(end.stdout + end.stderr).toContain('tandem-x2-balanced in f16 on');
    }
    const cpu = await upscale('cpu');
    expect(cpu.code).toBe(1);
    expect(cpu.stderr).toContain('expected int8 or f32 on the processor but got f16');
    const all = await upscale('all');
    expect(all.code, all.stderr).toBe(0);
    const told = (all.stdout + all.stderr).replace(/\s+/g, ' ');
    expect(told).toContain('this computer is left out: expected int8 or f32 on the processor');
  });

  it('tandem upscale says that a phone is hot, and why one cannot help now', async () => {
    const upscale = () => tandem('upscale', 'clip.mp4', '--device', 'phone', '-o', 'hot.mp4', '--overwrite');
    const alpha = `Alpha (${phone.adbd.serial})`;
    phone.jvm.setDump('thermalservice', 'Thermal Status: 4\n');
    const hot = await upscale();
    expect(hot.code, hot.stderr).toBe(0);
    expect((hot.stdout + hot.stderr).replace(/\s+/g, ' ')).toContain(
      `${alpha} is hot and slows itself down: it still helps, with less; give it air or take it off the charger.`,
    );
    phone.jvm.setDump('thermalservice', 'Thermal Status: 0\n');
    const session = await openPhoneSession(stage.host.phone(phone.adbd.serial));
    const busy = await upscale();
    await session.close();
    expect(busy.code).toBe(1);
    expect(busy.stderr.trim()).toBe(`${alpha} is helping another Tandem; it is free once that one has ended.`);
  });

  it('tandem phone test says in one sentence why there is nothing to test', async () => {
    const other = await tandem('phone', 'test', 'R58');
    expect(other).toMatchObject({ code: 1, stdout: '' });
    expect(other.stderr.trim()).toBe(`expected the phone R58 but found ${phone.adbd.serial}`);
    await phone.adbd.unplug();
    await waitFor(async () => (await stage.host.list()).length === 0);
    const none = await tandem('phone', 'test');
    expect(none.code).toBe(1);
    expect(none.stderr.trim()).toMatch(/^No phone is connected: [^.]*\.$/);
    await phone.plug();
  });
});
