import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateFfmpeg } from '../../../../main/adapters/ffmpeg/locate.ts';
import type { FfmpegTools } from '../../../../main/adapters/ffmpeg/tools.ts';
import { runCommand } from '../../../../main/adapters/process/run.ts';
import { compareClips } from '../../../../main/app/compare/compare-clips.ts';
import { openClip } from '../../../../main/app/compare/open-clip.ts';
import { createKernelUpscaler } from '../../../../main/app/compare/upscaler.ts';

let folder: string;
let tools: FfmpegTools;

async function writeClip(name: string, size: string, pixelFormat: string): Promise<string> {
  const path = join(folder, name);
  const picture = ['-f', 'lavfi', '-i', `testsrc=size=${size}:rate=24000/1001`, '-frames:v', '7'];
  const { record } = await runCommand(tools.ffmpeg.path, [
    ...['-v', 'error', '-y', ...picture, '-pix_fmt', pixelFormat, '-c:v', 'libx264', '-crf', '4', path],
  ]);
  expect(record.exitCode, record.stderrTail.join('\n')).toBe(0);
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-clips-test-'));
  tools = await locateFfmpeg();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('compareClips', () => {
  it('judges every frame of a clip that was made smaller and encoded', async () => {
    const path = await writeClip('plain.mp4', '134x110', 'yuv420p');
    const upscalers = [createKernelUpscaler('lanczos', 2), createKernelUpscaler('bicubic', 2)];
    const rows = await compareClips([path], upscalers, { tools, scale: 2, crfs: [10, 40] });
    expect(
      rows.map(({ clip, crf, model, frames, width, height }) => [clip, crf, model, frames, width, height]),
    ).toEqual([10, 40].flatMap((crf) => ['lanczos', 'bicubic'].map((model) => ['plain.mp4', crf, model, 7, 132, 108])));
    expect(rows[0]!.psnrY - rows[2]!.psnrY).toBeGreaterThan(1);
    expect(rows[0]!.psnrY).toBeGreaterThan(20);
    for (const { vmaf } of rows) expect(vmaf === null).toBe(!tools.capabilities.vmaf);
  });

  it('refuses other formats, small pictures and what is no clip', async () => {
    const open = (path: string) => openClip(tools, path, 2);
    await expect(open(await writeClip('full.mp4', '64x64', 'yuv444p'))).rejects.toThrow('is yuv444p');
    await expect(open(await writeClip('tiny.mp4', '32x16', 'yuv420p'))).rejects.toThrow('has 32x16');
    await expect(open(import.meta.filename)).rejects.toThrow('expected a clip at');
  });
});
