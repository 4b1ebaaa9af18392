import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { probeMedia } from '../../../../main/adapters/ffmpeg/probe.ts';
import { parseSrt } from '../../../../main/adapters/ffmpeg/srt.ts';
import { makeCaptionClip } from '../../../helpers/caption-clip.ts';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { roundTrip } from '../../../helpers/round-trip.ts';

const ffmpegs = await findFfmpegs();
const maker = ffmpegs[0]!.tools.ffmpeg.path;
const judge = ffmpegs[0]!.tools.ffprobe.path;
const folder = mkdtempSync(join(tmpdir(), 'tandem captions: it’s, [here]-')); // A name that a filter would stumble over.
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const CAPTIONS = [
  { text: 'Hello there', from: 20, to: 45 },
  { text: 'A second line', from: 60, to: 74 },
];
const CLIP = makeCaptionClip(maker, join(folder, 'captions.mp4'), 100, CAPTIONS);
const STREAM = makeCaptionClip(maker, join(folder, 'captions.ts'), 100, CAPTIONS);
const EMPTY = makeCaptionClip(maker, join(folder, 'empty.mp4'), 30, []);

function cues(path: string) {
  const text = execFileSync(maker, ['-v', 'error', '-i', path, '-map', '0:s:0', '-f', 'srt', '-'], {
    encoding: 'utf8',
  });
  return parseSrt(text.replaceAll(/<[^>]+>/g, ''));
}

function kinds(path: string): string {
  const args = ['-v', 'error', '-show_entries', 'stream=codec_type,codec_name', '-of', 'csv=p=0', path];
  return execFileSync(judge, args, { encoding: 'utf8' }).trim().split('\n').join(' ');
}

describe.each(ffmpegs)('closed captions inside the video, with ffmpeg $name', ({ tools }) => {
  const place = () => mkdtempSync(join(folder, 'out-'));

  it.each([
    ['mp4', 'mov_text'],
    ['mkv', 'subrip'],
    ['webm', 'webvtt'],
  ])('become a subtitle track of a %s file, in time', async (container, codec) => {
    const here = place();
    const outputPath = join(here, `out.${container}`);
    const codecs = container === 'webm' ? ({ codec: 'vp9' } as const) : {};
    const { plan, outputPath: made } = await roundTrip(tools, CLIP, here, { outputPath, ...codecs });
    expect(plan.notes.join('\n')).toContain('The closed captions inside the video become a subtitle track');
    expect(kinds(made)).toContain(`${codec},subtitle`);
    expect(cues(made)).toEqual([
      { startMs: 800, endMs: 1800, text: 'Hello there' },
      { startMs: 2400, endMs: 2960, text: 'A second line' },
    ]);
    expect(readdirSync(here).filter((name) => name.includes('captions'))).toEqual([]);
  });

  it('keep their distance to the picture in a transport stream', async () => {
    const { outputPath } = await roundTrip(tools, STREAM, place());
    const media = await probeMedia(tools, outputPath);
    const first = media.video.startPts! * (media.video.timeBase.num / media.video.timeBase.den);
    const [cue] = cues(outputPath);
    const shift = media.startSeconds!; // ffmpeg counts from the file's start.
    expect(Math.abs(cue!.startMs / 1000 + shift - first - 0.8)).toBeLessThan(0.002);
  });

  it('are cut with a span', async () => {
    const { outputPath } = await roundTrip(tools, CLIP, place(), { fromSeconds: 1, toSeconds: 2.6 });
    expect(cues(outputPath)).toEqual([
      { startMs: 0, endMs: 800, text: 'Hello there' },
      { startMs: 1400, endMs: 1600, text: 'A second line' },
    ]);
  });

  it('are no track where they say nothing', async () => {
    expect((await probeMedia(tools, EMPTY)).video.closedCaptions).toBe(true);
    const { outputPath } = await roundTrip(tools, EMPTY, place());
    expect(kinds(outputPath)).not.toContain('subtitle');
  });
});
