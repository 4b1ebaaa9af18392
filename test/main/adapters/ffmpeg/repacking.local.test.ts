import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { roundTrip } from '../../../helpers/round-trip.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-packed-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ffmpegs = await findFfmpegs();
const maker = ffmpegs.find(({ name }) => name === 'system')?.tools.ffmpeg.path ?? ffmpegs[0]!.tools.ffmpeg.path;

/** Raw pictures of this very layout, transparent from left to right where it has alpha. */
function makeSource(format: string): string {
  const path = join(folder, `${format}.nut`);
  const shade = "format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='4*X'";
  const source = ['-f', 'lavfi', '-i', `testsrc2=size=64x48:rate=25:duration=0.12,${shade},format=${format}`];
  execFileSync(maker, ['-v', 'error', '-y', ...source, '-c:v', 'rawvideo', '-f', 'nut', path]);
  return path;
}

/** Hashes of the frames in one layout. */
function hashes(path: string, format: string): string[] {
  const args = ['-v', 'error', '-i', path, '-vf', `format=${format}`, '-f', 'framemd5', '-'];
  const rows = execFileSync(maker, args, { encoding: 'utf8' }).split('\n');
  return rows.flatMap((row) => (row === '' || row.startsWith('#') ? [] : [row.split(',').at(-1)!.trim()]));
}

/** Layouts, and one that both they and what is made of them turn into without loss. */
const LAYOUTS: readonly (readonly [string, string])[] = [
  ...['rgb24', 'bgr24', 'rgb0', 'bgr0', '0rgb', '0bgr'].map((name) => [name, 'rgb24'] as const),
  ...['rgba', 'bgra', 'argb', 'abgr'].map((name) => [name, 'rgba'] as const),
  ['rgb48le', 'rgb48le'],
  ['rgba64le', 'rgba64le'],
  ['gray16be', 'gray16le'],
  ['nv12', 'yuv420p'],
  ['yuyv422', 'yuv422p'],
  ['uyvy422', 'yuv422p'],
];

describe.each(ffmpegs)('layouts that are no planes, with ffmpeg $name', ({ tools }) => {
  it.each(LAYOUTS)('%s comes out with every sample as it was', async (format, common) => {
    const { plan, outputPath } = await roundTrip(tools, makeSource(format), mkdtempSync(join(folder, 'out-')));
    expect(hashes(outputPath, common)).toEqual(hashes(join(folder, `${format}.nut`), common));
    expect(hashes(outputPath, common)).toHaveLength(3);
    expect(plan.notes.join()).not.toMatch(/left out/);
  });

  it.each(['yuyv422', 'nv12'])('%s of full range stays in full range', async (format) => {
    const source = join(folder, `full-${format}.mkv`);
    const grey = `color=0xf0f0f0:size=64x48:rate=25:duration=0.12,scale=out_range=pc,format=${format}`;
    const raw = ['-c:v', 'rawvideo', '-color_range', 'pc', source];
    execFileSync(maker, ['-v', 'error', '-y', '-f', 'lavfi', '-i', grey, ...raw]);
    const { plan, outputPath } = await roundTrip(tools, source, mkdtempSync(join(folder, 'out-')));
    expect(plan.picture.color.range).toBe('pc');
    const firstSample = (path: string) => execFileSync(maker, ['-v', 'error', '-i', path, '-f', 'rawvideo', '-'])[0];
    expect(firstSample(source)).toBe(240);
    expect(firstSample(outputPath)).toBe(240);
  });
});
