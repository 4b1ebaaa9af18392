import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparePairs } from '../../../../main/app/compare/pairs/compare-pairs.ts';
import { formatPairsCsv } from '../../../../main/app/compare/pairs/report-csv.ts';
import { makePairsPage } from '../../../../main/app/compare/pairs/report-page.ts';
import { findWorst } from '../../../../main/app/compare/pairs/scores.ts';
import { formatPairRows } from '../../../../main/shells/cli/commands/compare-tables.ts';
import { locateFfmpeg } from '../../../../main/adapters/ffmpeg/locate.ts';
import { decodeFrames } from '../../../helpers/make-clip.ts';
import { runCli } from '../../../helpers/run-cli.ts';

let folder: string;
let ffmpeg: string;
const OPTIONS = { align: false, crop: 0, lumaOnly: false, msSsim: false, vmaf: false, worst: 2, rgb: false };

function make(name: string, args: readonly string[]): string {
  const path = join(folder, name);
  execFileSync(ffmpeg, ['-v', 'error', '-y', ...args, path]);
  return path;
}

const source = (size: string, rate = 25, seconds = 1) => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${String(rate)}:duration=${String(seconds)}`, '-c:v', 'ffv1'],
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-pairs-'));
  ffmpeg = (await locateFfmpeg()).ffmpeg.path;
  const reference = make('reference.mkv', [...source('192x180'), '-pix_fmt', 'yuv420p']);
  make('worse.mp4', ['-i', reference, '-c:v', 'libx264', '-crf', '35']);
  make('half.mkv', ['-i', reference, '-vf', 'scale=96:90', '-c:v', 'ffv1']);
  make('longer.mkv', [...source('192x180', 25, 1.4), '-pix_fmt', 'yuv420p']);
  make('rate.mkv', [...source('192x180', 50), '-pix_fmt', 'yuv420p']);
  make('full.mkv', [...source('192x180'), '-pix_fmt', 'yuv444p']);
  make('deep.mkv', [...source('192x180'), '-pix_fmt', 'yuv420p10le']);
  make('deep-worse.mkv', [
    '-i',
    join(folder, 'deep.mkv'),
    '-vf',
    'noise=alls=8:allf=t:all_seed=1',
    '-pix_fmt',
    'yuv420p10le',
    '-c:v',
    'ffv1',
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const compare = async (candidate: string, more: Partial<typeof OPTIONS> = {}, reference = 'reference.mkv') => {
  const [row] = await comparePairs(join(folder, reference), [join(folder, candidate)], { ...OPTIONS, ...more });
  return row!;
};

/** What ffmpeg's own filter says of the same planes. */
function ffmpegPsnr(reference: string, candidate: string): number[] {
  const log = join(folder, 'psnr.log');
  execFileSync(ffmpeg, [
    ...['-v', 'error', '-i', join(folder, candidate), '-i', join(folder, reference)],
    ...['-lavfi', `[0:v][1:v]psnr=stats_file=${log.replaceAll(':', '\\\\:')}`, '-f', 'null', '-'],
  ]);
  return readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line) => Number(/mse_y:([\d.]+)/.exec(line)![1]));
}

describe('comparePairs on clips', () => {
  it('gives PSNR in RGB where it is asked for, by the matrix of the size', async () => {
    const [a, b] = ['reference.mkv', 'worse.mp4'].map((name) => decodeFrames(ffmpeg, join(folder, name), 'yuv420p'));
    const row = await compare('worse.mp4', { rgb: true });
    const [w, h] = [192, 180];
    const bytes = (w * h * 3) / 2;
    const clamp = (value: number) => Math.min(255, Math.max(0, Math.floor(value + 0.5)));
    // BT.601 in studio range, chroma from the nearest sample.
    const rgbOf = (data: Buffer, at: number, x: number, y: number) => {
      const chroma = at + w * h + (y >> 1) * (w / 2) + (x >> 1);
      const [luma, u, v] = [data[at + y * w + x]!, data[chroma]!, data[chroma + (w * h) / 4]!];
      const [Y, U, V] = [(luma - 16) / 219, (u - 128) / 224, (v - 128) / 224];
      return [Y + 1.402 * V, Y - 0.344136 * U - 0.714136 * V, Y + 1.772 * U].map((c) => clamp(255 * c));
    };
    const errors = Array.from({ length: a!.length / bytes }, (_, frame) => {
      let sum = 0;
      for (let i = 0; i < w * h; i++) {
        const [x, y] = [i % w, Math.floor(i / w)];
        const [p, q] = [rgbOf(a!, frame * bytes, x, y), rgbOf(b!, frame * bytes, x, y)];
        for (let c = 0; c < 3; c++) sum += (p[c]! - q[c]!) ** 2;
      }
      return sum / (3 * w * h);
    });
    const expected = errors.reduce((sum, error) => sum + 10 * Math.log10(255 ** 2 / error), 0) / errors.length;
    expect(row.frames).toBe(errors.length);
    expect(row.psnrRgb).toBeCloseTo(expected, 3);
    expect(formatPairRows([row])).not.toContain('equal');
    expect((await compare('worse.mp4')).psnrRgb).toBeNull();
    expect((await compare('reference.mkv', { rgb: true })).psnrRgb).toBe(100);
    await expect(compare('worse.mp4', { rgb: true, lumaOnly: true })).rejects.toThrow('but got luma alone');
  });

  it.each([
    ['reference.mkv', 'worse.mp4'],
    ['deep.mkv', 'deep-worse.mkv'],
  ])('gives the squared errors of ffmpeg’s filter: %s, %s', async (reference, candidate) => {
    const row = await compare(candidate, {}, reference);
    const theirs = ffmpegPsnr(reference, candidate);
    expect(row.frames).toBe(theirs.length);
    // ffmpeg prints two digits.
    for (const [frame, mse] of theirs.entries())
      expect(Math.abs(row.scores[frame]!.meanSquaredErrors[0]! - mse)).toBeLessThan(0.0051);
    expect(row.planes.map(({ plane }) => plane)).toEqual(['y', 'u', 'v']);
    expect(row.ssimY).toBeLessThan(1);
  });

  it('finds equal clips equal, luma alone as well, and gives MS-SSIM where asked', async () => {
    const row = await compare('reference.mkv', { lumaOnly: true, msSsim: true });
    expect(row).toMatchObject({ frames: 25, psnrY: 100, vmaf: null });
    expect(row.planes).toEqual([{ plane: 'y', psnr: 100, psnrOfMeanError: null, meanSquaredError: 0 }]);
    expect(row.msSsimY).toBeCloseTo(1, 12);
  });

  it.each([
    ['half.mkv', 'size', '192x180, but got 96x90'],
    ['rate.mkv', 'frame rate', '25/1, but got 50/1'],
    ['full.mkv', 'samples', 'but got yuv444p'],
    ['longer.mkv', 'frames', 'as many frames as the reference but it has more'],
  ])('refuses %s for its %s, or aligns it', async (candidate, _, words) => {
    await expect(compare(candidate)).rejects.toThrow(words);
    const row = await compare(candidate, { align: true });
    expect(row.frames).toBe(25);
    expect(row.aligned).toHaveLength(1);
    expect(row.psnrY).toBeGreaterThan(15);
  });

  it('has no VMAF where ffmpeg has none, and says so', async () => {
    if ((await locateFfmpeg()).capabilities.vmaf) {
      expect((await compare('worse.mp4', { vmaf: true })).vmaf).toBeGreaterThan(10);
      return;
    }
    await expect(compare('worse.mp4', { vmaf: true })).rejects.toThrow('expected an ffmpeg whose libvmaf works');
  });

  it('matches folders by the names of their files', async () => {
    for (const name of ['a', 'b']) mkdirSync(join(folder, name), { recursive: true });
    copyFileSync(join(folder, 'reference.mkv'), join(folder, 'a', 'clip.mkv'));
    copyFileSync(join(folder, 'worse.mp4'), join(folder, 'b', 'clip.mp4'));
    const rows = await comparePairs(join(folder, 'a'), [join(folder, 'b')], OPTIONS);
    expect(rows).toHaveLength(1);
    copyFileSync(join(folder, 'reference.mkv'), join(folder, 'a', 'alone.mkv'));
    await expect(comparePairs(join(folder, 'a'), [join(folder, 'b')], OPTIONS)).rejects.toThrow('but alone has none');
    await expect(comparePairs(join(folder, 'a'), [join(folder, 'worse.mp4')], OPTIONS)).rejects.toThrow('two folders');
  });

  it('writes a table, JSON, CSV and one page that needs nothing else', async () => {
    const row = await compare('worse.mp4');
    expect(formatPairsCsv([row]).trim().split('\n')).toHaveLength(26);
    const page = await makePairsPage([row]);
    expect(page.match(/data:image\/png;base64/g)).toHaveLength(2 * row.worst.length);
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
    expect(page.match(/<svg/g)).toHaveLength(2);
    const args = ['compare', 'reference.mkv', 'worse.mp4', '--html', 'out.html', '--csv', 'out.csv'];
    const table = await runCli(args, folder);
    expect(table.code).toBe(0);
    expect(table.stdout).toContain('worse.mp4  192x180');
    const json = await runCli([...args, '--json'], folder);
    expect((JSON.parse(json.stdout) as { rows: unknown[] }).rows[0]).toMatchObject({ frames: 25, kind: 'clip' });
  });
});

describe('findWorst', () => {
  it('takes the worst first, and none beside another', () => {
    const scores = Array.from({ length: 40 }, (_, frame) => ({
      ...{ frame, meanSquaredErrors: [], ssimY: 1, msSsimY: null },
      psnrY: frame === 39 ? null : 30 + Math.abs(frame - 10),
    }));
    expect(findWorst(scores, 3)).toEqual([10, 22, 34]);
  });
});
