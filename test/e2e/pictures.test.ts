/** Pictures in and out by the whole command: one, a numbered row, animations. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { upscaleAdapters } from '../../main/app/compose.ts';
import { makeThumbnail } from '../../main/app/describe-clip.ts';
import { findFfmpegs } from '../helpers/ffmpegs.ts';
import { runCli } from '../helpers/run-cli.ts';
import { writeTinyModel } from '../helpers/tiny-model.ts';

const ffmpegs = await findFfmpegs();
const root = mkdtempSync(join(tmpdir(), 'tandem-pictures-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});
/** Repeats each sample: what comes out is known. */
const model = writeTinyModel(join(root, 'tiny.onnx'), 2, 'y', 0);
const maker = (ffmpegs.find(({ name }) => name === 'system') ?? ffmpegs[0]!).tools;

const SIZE = { width: 24, height: 16 };
/** Colour from left to right, transparent from top to bottom, another red in each picture. */
function pixels(picture: number, channels: 3 | 4): Buffer {
  const bytes = Buffer.alloc(SIZE.width * SIZE.height * channels);
  for (let i = 0; i < SIZE.width * SIZE.height; i++) {
    const [x, y] = [i % SIZE.width, Math.floor(i / SIZE.width)];
    bytes.set([picture * 60, x * 10, 255 - x * 10, y * 17].slice(0, channels), i * channels);
  }
  return bytes;
}
const image = (picture: number, channels: 3 | 4) => sharp(pixels(picture, channels), { raw: { ...SIZE, channels } });

/** Every pixel of a picture of twice the size is the one it was made of. */
async function isDoubled(path: string, picture: number, channels: 3 | 4, tolerance = 0): Promise<boolean> {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([SIZE.width * 2, SIZE.height * 2, channels]);
  const source = pixels(picture, channels);
  return data.every((value, i) => {
    const [c, at] = [i % channels, Math.floor(i / channels)];
    const [x, y] = [(at % info.width) >> 1, Math.floor(at / info.width) >> 1];
    return Math.abs(value - source[(y * SIZE.width + x) * channels + c]!) <= (c === 3 ? 12 : tolerance);
  });
}

/** Durations of an animation's frames in hundredths of a second. */
function delays(path: string): number[] {
  const args = ['-v', 'error', '-show_entries', 'packet=pts_time,duration_time', '-of', 'json', path];
  const { packets } = JSON.parse(execFileSync(maker.ffprobe.path, args, { encoding: 'utf8' })) as {
    packets: { duration_time: string }[];
  };
  return packets.map(({ duration_time: seconds }) => Math.round(Number(seconds) * 100));
}

describe.each(ffmpegs)('pictures with ffmpeg $name', ({ tools }) => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(root, 'case-'));
  });
  const at = (name: string) => join(folder, name);
  const env = { FFMPEG_BIN: tools.ffmpeg.path, FFPROBE_BIN: tools.ffprobe.path };
  const upscale = (...args: string[]) => runCli(['upscale', ...args, '--model', model], folder, env);

  it('one picture becomes one picture of its kind, colour and transparency exact', async () => {
    await image(1, 3).png().toFile(at('plain.png'));
    await image(1, 4).png().toFile(at('clear.png'));
    for (const [name, channels] of [
      ['plain', 3],
      ['clear', 4],
    ] as const) {
      const { code, stderr } = await upscale(`${name}.png`);
      expect(code, stderr).toBe(0);
      expect(await isDoubled(at(`${name}-x2.png`), 1, channels)).toBe(true);
    }
  });

  it('one picture may become another kind, and what that lacks is said', async () => {
    await image(2, 4).png().toFile(at('clear.png'));
    const { code, stderr } = await upscale('clear.png', '-o', 'opaque.jpg');
    expect(code, stderr).toBe(0);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('The transparency of the source is left out: JPEG has none.');
    const { width, height, format } = await sharp(at('opaque.jpg')).metadata();
    expect([width, height, format]).toEqual([48, 32, 'jpeg']);
  });

  it('a row of pictures becomes a folder of them', async () => {
    mkdirSync(at('frames'));
    for (const i of [1, 2, 3])
      await image(i, 3)
        .png()
        .toFile(at(`frames/000${String(i)}.png`));
    const { code, stderr } = await upscale('frames/%04d.png', '-o', 'large/%03d.png');
    expect(code, stderr).toBe(0);
    expect(readdirSync(at('large')).sort()).toEqual(['001.png', '002.png', '003.png']);
    for (const i of [1, 2, 3]) expect(await isDoubled(at(`large/00${String(i)}.png`), i, 3)).toBe(true);
    const again = await upscale('frames/%04d.png', '-o', 'large/%03d.png');
    expect(again.code).not.toBe(0);
    expect(again.stderr).toContain('to be a new name but it is a folder that exists');
    const own = await upscale('frames/%04d.png');
    expect(own.code, own.stderr).toBe(0);
    expect(readdirSync(at('frames-x2'))).toHaveLength(3);
    const none = await upscale('nowhere/%04d.png');
    expect(none.stderr).toMatch(/expected numbered pictures .* but there are none/);
  });

  it('a row begins at any number, goes at any rate, and says what is missing', async () => {
    mkdirSync(at('frames'));
    for (const i of [998, 999, 1000, 1001])
      await image(i % 4, 3)
        .png()
        .toFile(at(`frames/f${String(i)}.png`));
    const film = await upscale('frames/f%03d.png', '-o', 'film.mkv', '--crf', '0', '--fps', '23.976');
    expect(film.code, film.stderr).toBe(0);
    const args = [
      '-v',
      'error',
      '-show_entries',
      'stream=r_frame_rate,nb_read_packets',
      '-count_packets',
      '-of',
      'csv=p=0',
    ];
    const told = execFileSync(maker.ffprobe.path, [...args, at('film.mkv')], { encoding: 'utf8' });
    expect(told.trim()).toBe('24000/1001,4');
    const usual = await upscale('frames/f%03d.png', '-o', 'usual.mkv', '--crf', '0');
    expect(usual.stderr.replaceAll(/\s+/g, ' ')).toContain('taken as 25 a second; --fps names another rate');
    const row = await upscale('frames/f%03d.png', '-o', 'large/%05d.png', '--from', '0.04');
    expect(row.code, row.stderr).toBe(0);
    expect(readdirSync(at('large')).sort()).toEqual(['00999.png', '01000.png', '01001.png']);
    expect(await isDoubled(at('large/01001.png'), 1, 3)).toBe(true);
    rmSync(at('frames/f999.png'));
    const gap = await upscale('frames/f%03d.png', '-o', 'gap.mkv');
    expect(gap.code).not.toBe(0);
    expect(gap.stderr.replaceAll(/\s+/g, ' ')).toMatch(/without a gap but these are missing: 999/);
    const rated = await upscale('film.mkv', '--fps', '30');
    expect(rated.stderr.replaceAll(/\s+/g, ' ')).toMatch(
      /expected numbered pictures, .* with --fps but got .*film\.mkv/,
    );
  });

  it('a row becomes a film, and a film a row', async () => {
    mkdirSync(at('frames'));
    for (const i of [1, 2, 3])
      await image(i, 3)
        .png()
        .toFile(at(`frames/${String(i)}.png`));
    expect((await upscale('frames/%d.png', '-o', 'film.mkv', '--crf', '0')).code).toBe(0);
    const { code, stderr } = await upscale('film.mkv', '-o', 'row/%02d.png');
    expect(code, stderr).toBe(0);
    expect(readdirSync(at('row'))).toHaveLength(3);
    const named = await upscale('film.mkv', '-o', 'row.png');
    expect(named.stderr.replaceAll(/\s+/g, ' ')).toContain(
      'expected a name with a place for numbers, such as out/%04d.png',
    );
  });

  it('an animated GIF keeps the time of every picture, the last one’s too', async () => {
    const frames = Buffer.concat([1, 2, 3, 4].map((i) => pixels(i % 4, 4)));
    const delay = [50, 120, 30, 210];
    const raw = { width: SIZE.width, height: SIZE.height * 4, channels: 4, pageHeight: SIZE.height } as const;
    await sharp(frames, { raw }).gif({ delay, loop: 0 }).toFile(at('moving.gif'));
    const { code, stderr } = await upscale('moving.gif');
    expect(code, stderr).toBe(0);
    expect(delays(at('moving-x2.gif'))).toEqual([5, 12, 3, 21]);
    const { width, pageHeight, pages } = await sharp(at('moving-x2.gif'), { animated: true }).metadata();
    expect([width, pageHeight, pages]).toEqual([48, 32, 4]);
  });

  it('an animated WebP keeps every picture, its transparency and its times', async () => {
    const frames = Buffer.concat([1, 2, 3, 4].map((i) => pixels(i % 4, 4)));
    const delay = [50, 120, 30, 210];
    const raw = { width: SIZE.width, height: SIZE.height * 4, channels: 4, pageHeight: SIZE.height } as const;
    await sharp(frames, { raw }).webp({ lossless: true, exact: true, delay, loop: 0 }).toFile(at('moving.webp'));
    const film = await upscale('moving.webp', '-o', 'film.mkv', '--codec', 'ffv1', '--crf', '0');
    expect(film.code, film.stderr).toBe(0);
    const args = ['-v', 'error', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', at('film.mkv')];
    const times = execFileSync(maker.ffprobe.path, args, { encoding: 'utf8' }).trim().split(/\s+/);
    expect(times.map((time) => Math.round(parseFloat(time) * 1000))).toEqual([0, 50, 170, 200]);
    const row = await upscale('moving.webp', '-o', 'row/%d.png');
    expect(row.code, row.stderr).toBe(0);
    for (const i of [1, 2, 3, 4]) expect(await isDoubled(at(`row/${String(i)}.png`), i % 4, 4)).toBe(true);
    const end = await upscale('moving.webp', '-o', 'end.mkv', '--codec', 'ffv1', '--crf', '0', '--from', '0.1');
    expect(end.code, end.stderr).toBe(0);
    const one = await upscale('moving.webp', '-o', 'one.png');
    expect(one.stderr.replaceAll(/\s+/g, ' ')).toContain('expected a name with a place for numbers');
    writeFileSync(at('cut.webp'), readFileSync(at('moving.webp')).subarray(0, -40));
    const cut = await upscale('cut.webp', '-o', 'cut.mkv');
    expect(cut.code).not.toBe(0);
    expect(cut.stderr).toMatch(
      /expected an animated WebP that can be read but .*cut\.webp cannot|is cut off|cannot be read/,
    );
    expect(existsSync(at('cut.mkv'))).toBe(false);
    const { code, stderr } = await upscale('moving.webp');
    if (!tools.capabilities.webp) {
      expect(stderr).toContain('expected an ffmpeg that writes WebP');
      return;
    }
    expect(code, stderr).toBe(0);
    const { width, pageHeight, delay: after } = await sharp(at('moving-x2.webp'), { animated: true }).metadata();
    expect([width, pageHeight]).toEqual([48, 32]);
    expect(after).toEqual(delay);
  });

  it('a small picture tells what a clip is, of an animated WebP too', async () => {
    const raw = { width: 640, height: 320, channels: 3, pageHeight: 160 } as const;
    const red = Buffer.alloc(640 * 320 * 3).fill(Buffer.from([200, 30, 40]));
    await sharp(red, { raw })
      .webp({ lossless: true, delay: [50, 50] })
      .toFile(at('red.webp'));
    execFileSync(maker.ffmpeg.path, ['-v', 'error', '-f', 'lavfi', '-i', 'color=red:s=640x160:d=1', at('red.mp4')]);
    const adapters = { ...upscaleAdapters, locateFfmpeg: () => Promise.resolve(tools) };
    for (const name of ['red.webp', 'red.mp4']) {
      const outputPath = at(`${name}.jpg`);
      expect(await makeThumbnail({ inputPath: at(name), outputPath }, adapters)).toBe(true);
      const { data, info } = await sharp(outputPath).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([320, 80]);
      expect(data[0]! > 150 && data[1]! < 70).toBe(true);
    }
    writeFileSync(at('sound.mp4'), 'no clip');
    const none = makeThumbnail({ inputPath: at('sound.mp4'), outputPath: at('none.jpg') }, adapters);
    await expect(none).rejects.toThrow('cannot be read');
  });

  it('a clip becomes GIF, APNG and WebP, its sound said to be lost', async () => {
    const source = ['-f', 'lavfi', '-i', 'testsrc2=size=24x16:rate=10', '-f', 'lavfi', '-i', 'sine', '-t', '0.5'];
    const codecs = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', at('clip.mp4')];
    execFileSync(maker.ffmpeg.path, ['-v', 'error', ...source, ...codecs]);
    for (const kind of ['gif', 'apng', 'webp'] as const) {
      const { code, stderr } = await upscale('clip.mp4', '-o', `clip.${kind}`);
      if (kind === 'webp' && !tools.capabilities.webp) {
        expect(stderr).toContain('expected an ffmpeg that writes WebP');
        continue;
      }
      expect(code, stderr).toBe(0);
      expect(stderr.replaceAll(/\s+/g, ' ')).toContain(`is left out: ${kind.toUpperCase()} holds pictures only`);
      if (kind === 'apng') {
        expect(delays(at('clip.apng'))).toHaveLength(5);
        expect(readFileSync(at('clip.apng')).includes('acTL')).toBe(true);
      } else {
        const { pageHeight, width, delay = [] } = await sharp(at(`clip.${kind}`), { animated: true }).metadata();
        expect([width, pageHeight], kind).toEqual([48, 32]);
        // WebP joins pictures that are alike.
        expect(
          delay.reduce((sum, each) => sum + each, 0),
          kind,
        ).toBe(500);
        expect(delay.length, kind).toBeGreaterThan(1);
      }
    }
    expect(existsSync(at('.clip.gif.tandem-part'))).toBe(false);
  });
});
