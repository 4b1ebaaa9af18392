/** Five hours through the whole command: tiny pictures, one every twenty seconds, and sound without a gap. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { findFfmpegs } from '../helpers/ffmpegs.ts';
import { runCli } from '../helpers/run-cli.ts';
import { writeTinyModel } from '../helpers/tiny-model.ts';

const HOURS = 5;
/** Of 24000/1001 a second, between two pictures. */
const FRAMES_APART = 480;
const FRAME_SECONDS = 1001 / 24000;
const PICTURES = Math.ceil((HOURS * 3600) / (FRAMES_APART * FRAME_SECONDS));

const folder = mkdtempSync(join(tmpdir(), 'tandem-hours-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const ffmpegs = await findFfmpegs();
const maker = ffmpegs[0]!.tools.ffmpeg.path;
const judge = ffmpegs[0]!.tools.ffprobe.path;
const model = writeTinyModel(join(folder, 'tiny.onnx'), 2);

const SHOWN = 'frame=best_effort_timestamp_time';

const STAMPS = {
  even: `N*${String(FRAMES_APART)}*1001`,
  /** Off the grid of frames by up to four of them. */
  uneven: `N*${String(FRAMES_APART)}*1001+mod(N*7919\\,4003)`,
};

function makeSource(stamps: keyof typeof STAMPS, container: string): string {
  const path = join(folder, `${stamps}.${container}`);
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=16x16:rate=1,settb=1/24000,setpts=${STAMPS[stamps]}`];
  const sound = ['-f', 'lavfi', '-t', String(HOURS * 3600), '-i', 'anullsrc=r=8000:cl=mono'];
  const video = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-preset', 'ultrafast', '-frames:v', String(PICTURES)];
  const time = ['-vsync', 'passthrough', '-enc_time_base', '-1', '-max_muxing_queue_size', '99999'];
  const audio = ['-c:a', 'flac', '-frame_size', '4608', '-strict', '-2'];
  const ticks = container === 'mp4' ? ['-video_track_timescale', '24000'] : [];
  execFileSync(maker, ['-v', 'error', '-y', ...picture, ...sound, ...video, ...time, ...audio, ...ticks, path]);
  return path;
}

/** Presentation times of a track's packets, or of its frames: a last one of no length is in the file and never shown. */
function times(path: string, track: string, entry = 'packet=pts_time'): number[] {
  const args = ['-v', 'error', '-select_streams', track, '-show_entries', entry, '-of', 'csv=p=0', path];
  const text = execFileSync(judge, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return text
    .split('\n')
    .flatMap((row) => (row.trim() === '' ? [] : [parseFloat(row)]))
    .sort((a, b) => a - b);
}

it.each([
  { stamps: 'even', container: 'mp4', ffmpeg: ffmpegs[0]! },
  { stamps: 'uneven', container: 'mp4', ffmpeg: ffmpegs.at(-1)! },
  { stamps: 'uneven', container: 'mkv', ffmpeg: ffmpegs[0]! },
] as const)(
  '$stamps stamps over five hours stay, picture and sound, in $container with ffmpeg $ffmpeg.name',
  async (one) => {
    const { stamps, container, ffmpeg } = one;
    const { tools } = ffmpeg;
    const source = makeSource(stamps, container);
    const output = join(folder, `${stamps}-out.${container}`);
    const env = { FFMPEG_BIN: tools.ffmpeg.path, FFPROBE_BIN: tools.ffprobe.path };
    const options = ['--model', model, '--preset', 'ultrafast', '-o', output];
    const { code, stderr } = await runCli(['upscale', source, ...options], folder, env);
    expect(code, stderr).toBe(0);
    const [before, after] = [times(source, 'v:0', SHOWN), times(output, 'v:0', SHOWN)];
    expect(before.length).toBeGreaterThanOrEqual(PICTURES - 1);
    expect(after).toHaveLength(before.length);
    const worst = Math.max(...before.map((time, i) => Math.abs(time - after[i]!)));
    const sound = [source, output].map((path) => times(path, 'a:0'));
    const drift = Math.abs(sound[0]!.at(-1)! - sound[1]!.at(-1)!);
    console.log(
      `${stamps} ${container}: the last picture at ${String(after.at(-1))} s, stamps off by at most ${worst.toFixed(6)} s, the end of the sound by ${drift.toFixed(6)} s`,
    );
    // Matroska counts milliseconds.
    expect(worst).toBeLessThanOrEqual(container === 'mkv' ? 0.0005001 : 0.000001);
    expect(sound[1]).toHaveLength(sound[0]!.length);
    expect(drift).toBeLessThan(0.001);
    expect(after.at(-1)).toBeGreaterThan(HOURS * 3600 - FRAMES_APART * FRAME_SECONDS * 2);
  },
);
