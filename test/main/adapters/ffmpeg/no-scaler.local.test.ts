import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeArgs } from '../../../../main/adapters/ffmpeg/decode-args.ts';
import { openDecoder } from '../../../../main/adapters/ffmpeg/decoder.ts';
import { encodeArgs } from '../../../../main/adapters/ffmpeg/encode-args.ts';
import { planOutput } from '../../../../main/adapters/ffmpeg/plan.ts';
import { probeMedia } from '../../../../main/adapters/ffmpeg/probe.ts';
import type { FfmpegTools } from '../../../../main/adapters/ffmpeg/tools.ts';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { plainRequest } from '../../../helpers/round-trip.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-scaler-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ffmpegs = await findFfmpegs();
const maker = ffmpegs[0]!.tools.ffmpeg.path;

function make(name: string, command: string): string {
  const path = join(folder, name);
  execFileSync(maker, ['-v', 'error', '-y', ...command.split(' '), path], { stdio: ['ignore', 'inherit', 'inherit'] });
  return path;
}

const PICTURE = '-f lavfi -i testsrc2=rate=25:size=';
/** Every path that frames can take: formats, ranges, fields, a turn in pixels. */
const CLIPS = [
  make('plain.mp4', `${PICTURE}64x48 -frames:v 3 -c:v libx264 -pix_fmt yuv420p`),
  make('full.mp4', `${PICTURE}64x48 -frames:v 3 -c:v libx264 -pix_fmt yuvj420p`),
  make('odd.mp4', `${PICTURE}65x49 -frames:v 3 -c:v libx264 -pix_fmt yuv444p`),
  make('deep.mp4', `${PICTURE}64x48 -frames:v 3 -c:v libx264 -pix_fmt yuv422p10le`),
  make('grey.mp4', `${PICTURE}64x48 -frames:v 3 -c:v libx264 -pix_fmt gray`),
  make('fields.mpg', `${PICTURE}64x48 -frames:v 6 -c:v mpeg2video -flags +ildct+ilme -top 1 -pix_fmt yuv420p`),
];

/** What names a scaler in a verbose log: the filter itself, or ffmpeg telling that it put one in. */
const SCALER = /auto.?insert|scaler_out|swscale|\[auto_scale|Parsed_scale/i;
/** Lines of the banner name the library, whoever uses it. */
const withoutBanner = (log: string) =>
  log
    .split('\n')
    .filter((line) => !/libswscale\s+\d/.test(line))
    .join('\n');

describe.each(ffmpegs)('ffmpeg $name', ({ tools }: { name: string; tools: FfmpegTools }) => {
  const run = (args: readonly string[], input?: Buffer) => {
    const { stdout, stderr, status } = spawnSync(tools.ffmpeg.path, args, { input, maxBuffer: 2 ** 28 });
    return { stdout, status, log: withoutBanner(stderr.toString('utf8')) };
  };

  it.each(CLIPS)('puts no scaler into decode or encode of %s', async (clip) => {
    const media = await probeMedia(tools, clip);
    const plan = planOutput(media, plainRequest(clip, { outputPath: join(folder, 'out.mkv') }), tools.capabilities);
    const decoded = run(decodeArgs(plan, media, tools.capabilities));
    expect(decoded.log).toMatch(/\[verbose\]/);
    expect(decoded.log).not.toMatch(SCALER);
    const encoded = run(encodeArgs(plan, join(folder, 'out.nut'), tools.capabilities), decoded.stdout);
    expect([decoded.status, encoded.status]).toEqual([0, 0]);
    expect(encoded.log).toMatch(/\[verbose\]/);
    expect(encoded.log).not.toMatch(SCALER);
  });

  it('would be seen: a format that is asked for brings one into the log', () => {
    const args = ['-v', 'level+verbose', '-i', CLIPS[0]!, '-pix_fmt', 'yuv444p', '-f', 'null', '-'];
    expect(run(args).log).toMatch(SCALER);
  });

  it('refuses a stream that changes its size midway instead of scaling it', async () => {
    const small = make('small.h264', `${PICTURE}64x48 -frames:v 5 -c:v libx264`);
    const large = make('large.h264', `${PICTURE}96x64 -frames:v 5 -c:v libx264`);
    const mixed = join(folder, 'mixed.h264');
    writeFileSync(mixed, Buffer.concat([readFileSync(small), readFileSync(large)]));
    const media = await probeMedia(tools, mixed);
    const plan = planOutput(media, plainRequest(mixed), tools.capabilities);
    const read = async () => {
      for await (const frame of (await openDecoder(tools, media, plan)).frames()) frame.close();
    };
    await expect(read()).rejects.toMatchObject({
      isAppError: true,
      message: expect.stringMatching(/midway/) as string,
    });
  });
});
