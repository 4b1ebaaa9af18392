import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { probeMedia } from '../../../../main/adapters/ffmpeg/probe.ts';
import type { FfmpegTools } from '../../../../main/adapters/ffmpeg/tools.ts';
import { liveFrameCount } from '../../../../main/core/frame.ts';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { roundTrip } from '../../../helpers/round-trip.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-frame-path-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  expect(liveFrameCount()).toBe(0);
});

const ffmpegs = await findFfmpegs();
const maker = ffmpegs[0]!.tools.ffmpeg.path;
const judge = ffmpegs[0]!.tools.ffprobe.path;

/** @param command arguments, parted by single spaces */
function make(name: string, command: string): string {
  const path = join(folder, name);
  const args = ['-v', 'error', '-y', ...command.split(' '), path];
  execFileSync(maker, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return path;
}

/** Hashes of decoded frames in a pixel format that is the file's own: no conversion takes part. */
function hashes(path: string, pixelFormat: string, track = 'v:0'): string[] {
  const args = ['-v', 'error', '-noautorotate', '-i', path, '-map', `0:${track}`, '-vsync', 'passthrough'];
  const text = execFileSync(maker, [...args, '-pix_fmt', pixelFormat, '-f', 'framemd5', '-'], { encoding: 'utf8' });
  return text
    .split('\n')
    .flatMap((line) => (line.startsWith('#') || line === '' ? [] : [line.split(',').at(-1)!.trim()]));
}

/** Presentation times of a track's packets as text, sorted: `pts` in the track's own ticks. */
function packets(path: string, track: string, entry = 'pts'): number[] {
  const args = ['-v', 'error', '-select_streams', track, '-show_entries', `packet=${entry}`, '-of', 'csv=p=0', path];
  // Static builds crash on transport streams without this, see child.ts.
  const env = { ...process.env, GCONV_PATH: '/nonexistent' };
  const text = execFileSync(judge, args, { encoding: 'utf8', env });
  return text
    .trim()
    .split('\n')
    .filter((line) => /^[-\d]/.test(line))
    .map((line) => Number(line.split(',')[0]))
    .sort((a, b) => a - b);
}

const PICTURE = '-f lavfi -i testsrc2=size=64x48';
const H264 = '-c:v libx264 -pix_fmt yuv420p';
const FILM = make('film.mp4', `${PICTURE}:rate=24000/1001 -frames:v 47 ${H264} -video_track_timescale 24000`);
const UNEVEN = make(
  'uneven.mp4',
  `${PICTURE}:rate=60 -vf select='lt(mod(n*n\\,17)\\,6)',settb=1/57600 -vsync passthrough -enc_time_base -1 ` +
    `-frames:v 50 ${H264} -video_track_timescale 57600`,
);
const LATE = make(
  'late.mkv',
  `-f lavfi -i sine=duration=2 -itsoffset 0.543 ${PICTURE}:rate=25:duration=1 ${H264} -c:a aac -metadata:s:a language=deu`,
);
const LATE_TICKS = make('late.ts', `${PICTURE}:rate=30000/1001 -frames:v 12 ${H264} -muxdelay 0.31`);
const LONG = make('long.mp4', `${PICTURE}:rate=10 -frames:v 240 -g 60 ${H264}`);
const FULL = make(
  'full.mp4',
  `${PICTURE}:rate=25 -frames:v 4 -vf format=yuvj420p,geq=lum=X*4:cb=Y*5:cr=X -c:v libx264 -qp 0 ` +
    '-color_range pc -colorspace smpte170m -color_primaries bt709 -color_trc bt709',
);

describe.each(ffmpegs)('the frame path with ffmpeg $name', ({ name, tools }: { name: string; tools: FfmpegTools }) => {
  const folderOf = () => mkdtempSync(join(folder, `${name}-`));

  it('keeps every code of every frame, over segments of its own encoders', async () => {
    const { outputPath, segments } = await roundTrip(tools, FILM, folderOf());
    expect(segments).toHaveLength(3);
    expect(hashes(outputPath, 'yuv420p')).toEqual(hashes(FILM, 'yuv420p'));
  });

  it('joins B-frames so that the whole decodes as its segments do', async () => {
    const { outputPath, segments } = await roundTrip(tools, FILM, folderOf(), { crf: 20, preset: 'medium' });
    expect(hashes(outputPath, 'yuv420p')).toEqual(segments.flatMap((path) => hashes(path, 'yuv420p')));
    const dts = packets(outputPath, 'v:0', 'dts');
    expect(new Set(dts).size).toBe(47);
    expect(packets(outputPath, 'v:0')).toEqual(packets(FILM, 'v:0'));
  });

  it('gives the same bits again', async () => {
    const [a, b] = [folderOf(), folderOf()];
    const first = await roundTrip(tools, UNEVEN, a, { crf: 20, preset: 'medium' });
    const second = await roundTrip(tools, UNEVEN, b, { crf: 20, preset: 'medium' });
    expect(hashes(second.outputPath, 'yuv420p')).toEqual(hashes(first.outputPath, 'yuv420p'));
  });

  it('keeps uneven frame times to the tick', async () => {
    const { outputPath, plan } = await roundTrip(tools, UNEVEN, folderOf(), { preset: 'fast' });
    expect(plan.timeBase).toEqual({ num: 1, den: 57600 });
    const stamps = packets(UNEVEN, 'v:0');
    expect(new Set(stamps.slice(1).map((pts, i) => pts - stamps[i]!)).size).toBeGreaterThan(2);
    expect(packets(outputPath, 'v:0')).toEqual(stamps);
  });

  it('keeps a late start to the tick of an MP4', async () => {
    const { outputPath } = await roundTrip(tools, LATE_TICKS, folderOf());
    expect(packets(LATE_TICKS, 'v:0')[0]).toBeGreaterThan(4000);
    expect(packets(outputPath, 'v:0')).toEqual(packets(LATE_TICKS, 'v:0'));
  });

  it('keeps a late start against the sound, in Matroska and in MP4', async () => {
    const starts = (path: string) => [packets(path, 'v:0', 'pts_time')[0]!, packets(path, 'a:0', 'pts_time')[0]!];
    const [video, sound] = starts(LATE);
    expect(video! - sound!).toBeGreaterThan(0.5);
    for (const extension of ['mkv', 'mp4']) {
      const place = folderOf();
      const { outputPath } = await roundTrip(tools, LATE, place, { outputPath: join(place, `named.${extension}`) });
      const [videoOut, soundOut] = starts(outputPath);
      expect(Math.abs(videoOut! - soundOut! - (video! - sound!)), extension).toBeLessThan(0.0015);
      expect(Math.abs(videoOut! - video!), extension).toBeLessThanOrEqual(0.0005);
      const kept = (await probeMedia(tools, outputPath)).tracks.find((track) => track.kind === 'audio');
      expect(kept?.language).toBe('deu');
    }
  });

  it('keeps full range and colour tags, and no code moves', async () => {
    const { outputPath } = await roundTrip(tools, FULL, folderOf());
    const { color } = (await probeMedia(tools, outputPath)).video;
    expect(color).toMatchObject({ range: 'pc', matrix: 'smpte170m', primaries: 'bt709', transfer: 'bt709' });
    expect(hashes(outputPath, 'yuvj420p')).toEqual(hashes(FULL, 'yuvj420p'));
  });

  it('says nothing of colour where the source says nothing', async () => {
    const { outputPath } = await roundTrip(tools, FILM, folderOf());
    const { color } = (await probeMedia(tools, outputPath)).video;
    expect(color).toMatchObject({ range: null, matrix: null, primaries: null, transfer: null });
  });

  it('cuts a span out at exact frames and moves everything to zero', async () => {
    const { outputPath, stamps } = await roundTrip(tools, FILM, folderOf(), { fromSeconds: 0.5, toSeconds: 1 });
    const wanted = packets(FILM, 'v:0').filter((pts) => pts >= 12000 && pts < 24000);
    expect(stamps).toEqual(wanted);
    // Without a movie time scale a start below a millisecond is lost; what follows it is exact all the same.
    const lost = tools.capabilities.options.movieTimescale ? 0 : 12;
    expect(packets(outputPath, 'v:0')).toEqual(wanted.map((pts) => pts - 12000 - lost));
    const first = packets(FILM, 'v:0').indexOf(wanted[0]!);
    expect(hashes(outputPath, 'yuv420p')).toEqual(hashes(FILM, 'yuv420p').slice(first, first + wanted.length));
  });

  it('jumps close to a late span and still starts at its very frame', async () => {
    const { stamps, plan, outputPath } = await roundTrip(tools, LONG, folderOf(), {
      fromSeconds: 20.05,
      toSeconds: 20.5,
    });
    expect(plan.source.seekSeconds).toBeCloseTo(15.05);
    expect(stamps.map((pts) => pts / plan.timeBase.den)).toEqual([20.1, 20.2, 20.3, 20.4]);
    expect(hashes(outputPath, 'yuv420p')).toEqual(hashes(LONG, 'yuv420p').slice(201, 205));
  });
});
