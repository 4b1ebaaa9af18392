import { whyNoVulkan } from '../helpers/software-gpu.ts';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { whyEngineMissing } from '../../native-bridge/cpu/engine.ts';
import { whyDawnMissing } from '../../native-bridge/gpu/dawn.ts';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import type { DeviceList } from '../../main/app/devices.ts';
import type { Profile } from '../../main/app/profile.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { runCli, startCli, waitFor } from '../helpers/run-cli.ts';

const missing = (await whyDawnMissing()) ?? whyNoVulkan() ?? whyEngineMissing();
if (missing !== null) console.log(`Commands on a GPU are not tested: ${missing}`);

describe.skipIf(missing !== null)('on software Vulkan', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gpu-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('tandem devices lists the processor and the GPU, and says that it is software', async () => {
    const { code, stdout } = await runCli(['devices', '--json'], folder);
    expect(code).toBe(0);
    const { devices } = JSON.parse(stdout) as DeviceList;
    expect(devices[0]).toMatchObject({ device: 'cpu', kind: 'cpu' });
    const gpu = devices.find(({ kind }) => kind === 'gpu');
    expect(gpu?.isSoftware).toBe(true);
    expect(gpu?.device).toMatch(/^gpu:llvmpipe/);
    const table = await runCli(['devices'], folder);
    expect(table.stdout).toMatch(/llvmpipe.*software, used only by name/);
  });

  it('tandem profile measures layers on it', async () => {
    const { code, stdout, stderr } = await runCli(['profile', '--device', 'gpu:llvmpipe', '--quick', '--json'], folder);
    expect(code, stderr).toBe(0);
    const { key, measuredOn, costs } = JSON.parse(stdout) as Profile;
    expect(key).toMatch(/^llvmpipe.*programs 1$/);
    expect(measuredOn.width).toBeLessThanOrEqual(640);
    expect([costs.f32.perMac[8][4], costs.int8.perMac[8][4]].every((cost) => cost > 0)).toBe(true);
    const refused = await runCli(['profile', '--device', 'gpu'], folder);
    expect(refused.stderr).toMatch(/software is used only by its name/);
  });

  it('tandem upscale gives the same clip on the GPU as on the processor, and takes software only by its name', async () => {
    const { ffmpeg } = await locateFfmpeg();
    makeClip(ffmpeg.path, join(folder, 'clip.mp4'), { frames: 6 });
    const upscale = (device: string, output: string) =>
      runCli(['upscale', 'clip.mp4', '--device', device, '--arithmetic', 'int8', '-o', output], folder);
    expect(await upscale('cpu', 'cpu.mp4')).toMatchObject({ code: 0 });
    expect(await upscale('gpu:LLVMpipe', 'gpu.mp4')).toMatchObject({ code: 0 });
    const pictures = (file: string): string =>
      execFileSync(ffmpeg.path, ['-v', 'error', '-i', join(folder, file), '-f', 'framemd5', '-'], { encoding: 'utf8' });
    expect(pictures('gpu.mp4')).toBe(pictures('cpu.mp4'));
    const refused = await upscale('gpu', 'none.mp4');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/expected a GPU but found llvmpipe.*; software is used only by its name/);
  });

  it.each([
    ['cpu', 'gpu:llvmpipe'],
    ['gpu:llvmpipe', 'cpu'],
  ])('tandem resume goes on with a job of %s on %s, to the same frames', async (before, after) => {
    const { ffmpeg } = await locateFfmpeg();
    const output = `from-${before.slice(0, 3)}.mp4`;
    const settings = ['--arithmetic', 'int8', '--preset', 'ultrafast', '--threads', '1'];
    makeClip(ffmpeg.path, join(folder, 'long.mp4'), { frames: 700 });
    expect(
      await runCli(['upscale', 'long.mp4', '-o', 'long-whole.mp4', ...settings, '--overwrite'], folder),
    ).toMatchObject({ code: 0 });
    const job = startCli(['upscale', 'long.mp4', '--device', before, '-o', output, ...settings], folder);
    await waitFor('the third segment', () => existsSync(join(folder, `.${output}.tandem-part`, '000002.nut')));
    job.child.kill('SIGINT');
    expect((await job.ended).code).toBe(130);
    const { code, stdout, stderr } = await runCli(['resume', output, '--device', after], folder);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/kept +\d+ of 700 frames/);
    expect(stderr.replace(/\s+/g, ' ')).toMatch(
      /Changed since it was interrupted: .* computes in place of .*, to the same bit/,
    );
    const frames = (name: string): string =>
      execFileSync(ffmpeg.path, ['-v', 'error', '-i', join(folder, name), '-f', 'framemd5', '-'], { encoding: 'utf8' });
    expect(frames(output)).toBe(frames('long-whole.mp4'));
  });
});
