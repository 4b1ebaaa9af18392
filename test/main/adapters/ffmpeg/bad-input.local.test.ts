import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { locateFfmpeg } from '../../../../main/adapters/ffmpeg/locate.ts';
import { probeMedia } from '../../../../main/adapters/ffmpeg/probe.ts';
import type { FfmpegTools } from '../../../../main/adapters/ffmpeg/tools.ts';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-bad-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const at = (name: string) => join(folder, name);

const ffmpegs = await findFfmpegs();
const maker = ffmpegs[0]!.tools.ffmpeg.path;

function make(name: string, command: string): string {
  execFileSync(maker, ['-v', 'error', '-y', ...command.split(' '), at(name)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return at(name);
}

function write(name: string, content: Buffer | string): string {
  writeFileSync(at(name), content);
  return at(name);
}

/** Pictures that move: `libwebp` puts two frames into one file. */
const moving = await sharp(Buffer.from([...new Array<number>(192).fill(0), ...new Array<number>(192).fill(255)]), {
  raw: { width: 8, height: 16, channels: 3, pageHeight: 8 },
})
  .webp({ loop: 0 })
  .toBuffer();

const good = readFileSync(
  make('good.mp4', '-f lavfi -i testsrc2=size=64x48:rate=25 -frames:v 30 -c:v libx264 -pix_fmt yuv420p'),
);
const unnamed = Buffer.from(good);
for (let i = unnamed.indexOf('avc1'); i >= 0; i = unnamed.indexOf('avc1', i + 1)) unnamed.write('zzzz', i, 'latin1');
const noise = Buffer.from(good);
noise.fill(0x5a, noise.indexOf('mdat') + 8, noise.indexOf('moov') - 8);

const BAD: [name: string, path: string, code: string, sentence: RegExp][] = [
  ['a path that is missing', at('missing.mp4'), 'input-missing', /missing.mp4 does not exist/],
  ['a path below a file', join(at('good.mp4'), 'below.mp4'), 'input-missing', /does not exist/],
  ['a folder', folder, 'input-unreadable', /is a folder/],
  ['an empty file', write('empty.mp4', ''), 'input-unreadable', /is empty/],
  ['text named .mp4', write('text.mp4', 'This is no film.\n'.repeat(50)), 'input-unreadable', /cannot be read/],
  ['sound only', make('sound.m4a', '-f lavfi -i sine=duration=0.3 -c:a aac'), 'input-unsupported', /sound only/],
  ['an animated WebP cut short', write('moving.webp', moving.subarray(0, 60)), 'input-unreadable', /cannot be read/],
  [
    'a file cut before its index',
    write('cut.mp4', good.subarray(0, good.length / 2)),
    'input-unreadable',
    /cannot be read/,
  ],
  ['an unknown codec', write('unknown.mp4', unnamed), 'input-unsupported', /codec that ffmpeg decodes/],
  ['a damaged bit stream', write('noise.mp4', noise), 'input-unreadable', /no frame of its video can be decoded/],
];

describe.each(ffmpegs)('the probe with ffmpeg $name', ({ tools }: { name: string; tools: FfmpegTools }) => {
  it.each(BAD)('refuses %s in one sentence', async (_, path, code, sentence) => {
    const error: unknown = await probeMedia(tools, path).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ isAppError: true, code, message: expect.stringMatching(sentence) as string });
    expect((error as Error).message.split('\n')).toHaveLength(1);
  });

  it('takes names that look like options, patterns or addresses', async () => {
    for (const name of ['-x.mp4', 'a%03d.mp4', 'http:x.mp4', "it's [1]; a, film.mp4"]) {
      expect((await probeMedia(tools, write(name, good))).video.codec).toBe('h264');
    }
  });
});

describe('locating', () => {
  it('says which variable names no working program', async () => {
    const broken = write('broken-ffmpeg', 'no program');
    await expect(locateFfmpeg({ ...process.env, FFMPEG_BIN: broken })).rejects.toMatchObject({
      code: 'ffmpeg-missing',
      message: expect.stringMatching(/FFMPEG_BIN/) as string,
    });
  });

  it('tries everything once and keeps the answer for these very programs', async () => {
    const { tools } = ffmpegs[0]!;
    const env = {
      ...process.env,
      FFMPEG_BIN: tools.ffmpeg.path,
      FFPROBE_BIN: tools.ffprobe.path,
      TANDEM_CACHE_DIR: at('cache'),
    };
    const first = await locateFfmpeg(env);
    expect(first).toEqual(tools);
    expect(first.capabilities.encoders.libx264).toContain('yuv420p10le');
    expect(first.capabilities.rotationIn).toContain('mp4');
    const began = performance.now();
    expect(await locateFfmpeg(env)).toEqual(first);
    expect(performance.now() - began).toBeLessThan(30_000);
  });
});
