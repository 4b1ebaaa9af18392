/** Time lines that begin before zero, behind an edit list, late, without stamps or in odd ticks: sound and picture stay together. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { inspectMedia } from '../../../helpers/inspect-media.ts';
import { roundTrip } from '../../../helpers/round-trip.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-starts-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ffmpegs = await findFfmpegs();
const maker = ffmpegs[0]!.tools.ffmpeg.path;
const judge = ffmpegs[0]!.tools.ffprobe.path;

function make(name: string, ...args: string[]): string {
  const path = join(folder, name);
  execFileSync(maker, ['-v', 'error', '-y', ...args, path]);
  return path;
}

const rated = (rate: string) => ['-f', 'lavfi', '-i', `testsrc2=size=64x48:rate=${rate}:duration=3`];
const PICTURE = rated('25');
const SOUND = ['-f', 'lavfi', '-i', 'sine=duration=3'];
const H264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-bf', '2', '-g', '20'];
const FILM = make('film.mp4', ...PICTURE, ...SOUND, ...H264, '-c:a', 'aac');
/** Copied from the middle of a group of pictures: what comes before is hidden by an edit list. */
const EDITED = make('edited.mp4', '-ss', '1.3', '-i', FILM, '-c', 'copy');
const BEFORE = make(
  'before.mp4',
  ...['-itsoffset', '-0.44', '-i', FILM, '-c', 'copy', '-avoid_negative_ts', 'disabled'],
);
const LATE = make('late.mkv', ...['-itsoffset', '0.52', ...PICTURE, ...SOUND, ...H264, '-c:a', 'ac3']);
const BARE = make('bare.h264', ...PICTURE, ...H264);
const AVI = make('old.avi', ...PICTURE, ...SOUND, ...['-c:v', 'mpeg4', '-bf', '2', '-c:a', 'ac3']);
const ODD = make(
  'odd.mp4',
  ...rated('24000/1001'),
  ...SOUND,
  ...H264,
  ...['-c:a', 'aac', '-video_track_timescale', '90001'],
);

/** What a player shows where that is not three seconds of 25. */
const FRAMES = new Map([
  [EDITED, 42],
  [BEFORE, 64],
  [ODD, 72],
]);

/** Frames and sound as a player has them: from the earliest of both on. */
async function timeLine(path: string) {
  const { times, audioSpans } = await inspectMedia(judge, path, true);
  const shown = times.filter((time) => Number.isFinite(time)).sort((a, b) => a - b);
  const sound = audioSpans[0] ?? null;
  return {
    shown,
    gap: sound === null ? null : shown[0]! - sound[0],
    end: sound === null ? null : shown.at(-1)! - sound[1],
  };
}

describe.each(ffmpegs)('with ffmpeg $name', ({ tools }) => {
  it.each([
    ['an edit list that hides a beginning', EDITED, 'mp4'],
    ['an edit list, into Matroska', EDITED, 'mkv'],
    ['stamps before zero', BEFORE, 'mkv'],
    ['stamps before zero, into MP4', BEFORE, 'mp4'],
    ['a late picture', LATE, 'mp4'],
    ['no stamps at all', BARE, 'mp4'],
    ['packets without stamps of their own', AVI, 'mkv'],
    ['odd ticks', ODD, 'mkv'],
  ])('%s: every frame at its distance to the first and to the sound', async (_, source, to) => {
    const place = mkdtempSync(join(folder, 'out-'));
    const { outputPath, plan } = await roundTrip(tools, source, place, { outputPath: join(place, `named.${to}`) });
    const [before, after] = [await timeLine(source), await timeLine(outputPath)];
    const tolerance = to === 'mkv' ? 0.0011 : 0.0002;
    // Where no or not all frames are given a time, they follow one another at the rate.
    const isBare = source === BARE || source === AVI;
    const wanted = isBare
      ? Array.from({ length: 75 }, (__, i) => i / 25)
      : before.shown.map((time) => time - before.shown[0]!);
    expect(after.shown).toHaveLength(wanted.length);
    expect(wanted.length).toBe(FRAMES.get(source) ?? 75);
    const worst = Math.max(...wanted.map((time, i) => Math.abs(after.shown[i]! - after.shown[0]! - time)));
    expect(worst, plan.notes.join(' ')).toBeLessThanOrEqual(tolerance);
    if (before.gap === null) return;
    const frame = 1 / 23.9;
    expect(Math.abs(after.gap! - before.gap)).toBeLessThan(frame);
    expect(Math.abs(after.end! - before.end!)).toBeLessThan(frame);
  });
});
