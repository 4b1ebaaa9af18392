/** What a file holds beside pictures, sound and text: timecode, telemetry, tags of its own, notes on the picture's shape. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { addKlv } from '../../../helpers/klv-stream.ts';
import { makeTelemetry } from '../../../helpers/data-track.ts';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { roundTrip } from '../../../helpers/round-trip.ts';
import { addSphere } from '../../../helpers/sphere-boxes.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-beside-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ffmpegs = await findFfmpegs();
const maker = ffmpegs[0]!.tools.ffmpeg.path;
const judge = ffmpegs[0]!.tools.ffprobe.path;
const at = (name: string) => join(folder, name);

function make(name: string, ...args: string[]): string {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=25:duration=2'];
  execFileSync(maker, ['-v', 'error', '-y', ...source, ...args, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', at(name)]);
  return at(name);
}

const CAMERA = {
  creation_time: '2021-05-06T07:08:09.000000Z',
  location: '+52.5200+013.4050/',
  title: 'A walk',
  'com.apple.quicktime.make': 'Maker',
  reel: 'R7',
};
const tagged = Object.entries(CAMERA).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]);
const TIMECODE = ['-timecode', '01:02:03:04', ...tagged];
const FILM = make('film.mov', ...TIMECODE, '-movflags', 'use_metadata_tags');
const PLAIN = make('plain.mp4', '-timecode', '10:00:00:00', '-metadata', 'title=Plain');
const STEREO = make('stereo.mkv', '-metadata:s:v', 'stereo_mode=left_right');
writeFileSync(at('lines.srt'), '1\n00:00:00,200 --> 00:00:00,400\nFirst\n\n2\n00:00:00,600 --> 00:00:00,900\nSecond\n');
const TELEMETRY = make('telemetry.mp4', '-i', at('lines.srt'), '-c:s', 'mov_text');
makeTelemetry(TELEMETRY);
const SOUND = ['-f', 'lavfi', '-i', 'sine=duration=2'];
const DRONE = make('drone.ts', ...SOUND, '-c:a', 'ac3');
addKlv(DRONE);
const SPHERE = make('sphere.mp4', ...SOUND, '-c:a', 'aac');
addSphere(SPHERE);

interface Seen {
  streams: { codec_type: string; codec_tag_string: string; tags?: Record<string, string>; nb_frames?: string }[];
  format: { tags?: Record<string, string> };
}

function look(path: string): Seen {
  const args = ['-v', 'error', '-of', 'json', '-show_streams', '-show_format', path];
  // Static builds crash on the system's character tables when they read a transport stream.
  const env = { ...process.env, GCONV_PATH: '/nonexistent' };
  return JSON.parse(execFileSync(judge, args, { encoding: 'utf8', env })) as Seen;
}

const lower = (tags: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [name.toLowerCase(), value]));
const timecodes = ({ streams }: Seen) => streams.flatMap(({ tags }) => lower(tags).timecode ?? []);

function packets(path: string, stream: string): string[] {
  const args = ['-v', 'error', '-i', path, '-map', `0:${stream}`, '-c', 'copy', '-f', 'framemd5', '-'];
  const rows = execFileSync(maker, args, { encoding: 'utf8' }).split('\n');
  return rows.flatMap((row) => (row === '' || row.startsWith('#') ? [] : [row.split(',')[5]!.trim()]));
}

describe.each(ffmpegs)('beside the picture, with ffmpeg $name', ({ tools }) => {
  const place = () => mkdtempSync(join(folder, 'out-'));
  const into = (source: string, name: string, more = {}) => {
    const here = place();
    return roundTrip(tools, source, here, { outputPath: join(here, name), ...more });
  };

  it('timecode comes along, as a track where the container has one', async () => {
    for (const [source, name, expected] of [
      [FILM, 'a.mov', '01:02:03:04'],
      [FILM, 'a.mp4', '01:02:03:04'],
      [FILM, 'a.mkv', '01:02:03:04'],
      [PLAIN, 'b.mp4', '10:00:00:00'],
    ] as const) {
      const { plan, outputPath } = await into(source, name);
      const seen = look(outputPath);
      expect(timecodes(seen)[0], name).toBe(expected);
      expect(seen.streams.some((stream) => stream.codec_tag_string === 'tmcd')).toBe(!name.endsWith('mkv'));
      expect(plan.notes.join()).not.toMatch(/data|timecode/);
    }
  });

  it('timecode moves with a cut', async () => {
    const { outputPath } = await into(FILM, 'cut.mov', { fromSeconds: 1.2 });
    expect(new Set(timecodes(look(outputPath)))).toEqual(new Set(['01:02:04:09']));
  });

  it('a camera’s telemetry stays in MP4 and is said to be lost elsewhere', async () => {
    const { plan, outputPath } = await into(TELEMETRY, 'a.mp4');
    expect(plan.notes).toEqual([]);
    const data = look(outputPath).streams.find((stream) => stream.codec_type === 'data');
    expect(data?.codec_tag_string).toBe('gpmd');
    const filled = (all: string[]) => all.filter((hash) => hash !== EMPTY_LINE);
    expect(filled(packets(outputPath, 'd:0'))).toEqual(filled(packets(TELEMETRY, 'd:0')));
    const other = await into(TELEMETRY, 'a.mkv');
    expect(other.plan.notes.join('\n')).toMatch(/Track 1 \(data, gpmd.*\) is left out: Matroska has no data tracks\./);
  });

  it('tags that only cameras write come along, with place and time', async () => {
    for (const name of ['a.mov', 'a.mp4', 'a.mkv']) {
      const { outputPath } = await into(FILM, name);
      const tags = lower(look(outputPath).format.tags);
      const time = { creation_time: expect.stringMatching(/^2021-05-06T07:08:09/) as unknown };
      expect(tags, name).toMatchObject({ ...CAMERA, ...time });
      expect(Object.keys(tags).filter((tag) => tag.includes('brand')).length).toBe(name.endsWith('mkv') ? 0 : 2);
    }
  });

  it('the KLV of a drone’s stream is listed as left out, and everything else comes along', async () => {
    const source = look(DRONE).streams;
    expect(source.map(({ codec_type: kind }) => kind).sort()).toEqual(['audio', 'data', 'video']);
    for (const [name, why] of [
      ['a.mp4', 'ffmpeg cannot write such data into MP4'],
      ['a.mov', 'ffmpeg cannot write such data into QuickTime'],
      ['a.mkv', 'Matroska has no data tracks'],
    ] as const) {
      const { plan, outputPath } = await into(DRONE, name);
      expect(plan.notes.join('\n')).toMatch(new RegExp(`Track 2 \\(data, klv.*\\) is left out: ${why}`));
      const { streams } = look(outputPath);
      expect(streams.map(({ codec_type: kind }) => kind)).toEqual(['video', 'audio']);
      expect(packets(outputPath, 'a:0')).toEqual(packets(DRONE, 'a:0'));
      expect(packets(outputPath, 'v:0')).toHaveLength(50);
    }
  });

  it('a sphere and two views are said to be forgotten, and every picture comes along', async () => {
    for (const name of ['a.mp4', 'a.mkv']) {
      const { plan, outputPath } = await into(SPHERE, name);
      expect(plan.notes.join('\n')).toContain('The source is stereoscopic: both views are upscaled as they lie');
      expect(plan.notes.join('\n')).toContain('The source is a spherical (360 degree) video');
      expect(JSON.stringify(look(outputPath).streams[0])).not.toMatch(/spherical|Stereo 3D/i);
      expect(packets(outputPath, 'v:0')).toHaveLength(50);
      expect(packets(outputPath, 'a:0')).toEqual(packets(SPHERE, 'a:0'));
    }
  });

  it('what is stereoscopic stays so in Matroska and is said to be forgotten elsewhere', async () => {
    const { plan, outputPath } = await into(STEREO, 'a.mkv');
    expect(plan.notes.join()).not.toContain('stereoscopic');
    expect(JSON.stringify(look(outputPath).streams[0])).toMatch(/side by side|left_right/);
    const other = await into(STEREO, 'a.mp4');
    expect(other.plan.notes.join()).toContain('The source is stereoscopic');
  });
});

/** MP4's text tracks fill the time between two lines with an empty sample. */
const EMPTY_LINE = 'c4103f122d27677c9db144cae1394a66';
