import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { execa } from 'execa';
import { findFfmpegs, type NamedFfmpeg } from '../helpers/ffmpegs.ts';
import { inspectMedia, type InspectedMedia } from '../helpers/inspect-media.ts';
import { sharedData } from '../helpers/shared-data.ts';
import { writeTinyModel } from '../helpers/tiny-model.ts';

/** What must happen to each clip: upscaled rightly, or refused with a sentence that says this. */
const EXPECTED: Readonly<Record<string, 'whole' | RegExp>> = {
  'aspen_hq_crf10_h264.mp4': 'whole',
  'bbb_720p25_h264_aac51.mp4': 'whole',
  'bbb_rotate90_1080p_frag.mp4': 'whole',
  'carphone_qcif_h264.mp4': 'whole',
  'corrupt_invalid_bitstream_vp9.webm': /decode|damaged|no (readable )?picture|frame/i,
  'dolbyvision_hlg_10bit_rot90_hevc.MOV': 'whole',
  'foreman_cif_hevc.mp4': 'whole',
  'foreman_cif_vp9_sar35x32.webm': 'whole',
  'hdr10_mdcv_clli_av1_1080p.mp4': 'whole',
  'interlaced_tff_576i_mpeg2.mpg': 'whole',
  'multi_2audio_2subs_chapters_426x240.mkv': 'whole',
  'odd_161x121_vp9.webm': 'whole',
  'odd_427x241_h264_yuv444p.mp4': 'whole',
  'prores422_320x180.mov': 'whole',
  'roadtrip_vp9p2_10bit_426x240.webm': 'whole',
  'sample_av1_1080x720.mp4': 'whole',
  'sample_mpeg4_mp3_960x400.avi': 'whole',
  'sar_2x1_640x360.mp4': 'whole',
  'truncated_500000B.mp4': /truncated|damaged|incomplete|moov/i,
  'vfr_3026x1386_h264.mp4': 'whole',
};

const SCALE = 2;
const data = sharedData();
const ffmpegs = await findFfmpegs();
/** The probe that judges all results alike, whatever ffmpeg made them. */
const judge = ffmpegs[0]!.tools.ffprobe.path;
const work = mkdtempSync(join(tmpdir(), 'tandem-clips-'));
/** One layer: what comes along does not depend on the model, and sixty jobs of gigapixels would. */
const model = writeTinyModel(join(work, 'tiny.onnx'), SCALE);
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Outcome {
  readonly clip: string;
  readonly ffmpeg: string;
  readonly verdict: string;
}

const outcomes: Outcome[] = [];

/** Runs the command on a link to the clip in a folder of its own, so that the output's name and container are its own choice. */
async function upscale(clip: string, { tools }: NamedFfmpeg, folder: string) {
  const cli = join(import.meta.dirname, '../../main/shells/cli/main.ts');
  const options = ['--model', model, '--preset', 'ultrafast', '--crf', '20', '--json'];
  const env = { FFMPEG_BIN: tools.ffmpeg.path, FFPROBE_BIN: tools.ffprobe.path, INIT_CWD: folder };
  return execa(process.execPath, [cli, 'upscale', clip, ...options], { env, reject: false });
}

/** ffmpeg before 7 drops Opus's codec delay of 7 ms when it copies Matroska to Matroska; AAC and MP3 do not move. */
const LARGEST_SOUND_SHIFT_S = 0.0075;

/** Everything that differs from the source without having been allowed to, in words. */
function listDefects(source: InspectedMedia, output: InspectedMedia): string[] {
  const turned = source.rotation !== 0 && output.rotation === 0;
  const [width, height] =
    source.rotation % 180 !== 0 && turned ? [source.height, source.width] : [source.width, source.height];
  const defects: string[] = [];
  const claim = (good: boolean, words: string) => {
    if (!good) defects.push(words);
  };
  const isPadded = (got: number, want: number) => got === want || (got === want + 1 && want % 2 === 1);
  claim(
    isPadded(output.width, width * SCALE) && isPadded(output.height, height * SCALE),
    `size ${output.width}x${output.height}`,
  );
  claim(output.times.length === source.times.length, `${output.times.length} of ${source.times.length} frames`);
  const worst = Math.max(...source.times.map((time, i) => Math.abs(time - (output.times[i] ?? Infinity))));
  const roundingOfProbe = 1e-6;
  claim(worst <= output.tickSeconds / 2 + roundingOfProbe, `stamps off by ${worst} s (tick ${output.tickSeconds} s)`);
  claim(turned || output.rotation === source.rotation, `rotation ${output.rotation} for ${source.rotation}`);
  claim(sameAspect(source, output, turned), `SAR ${output.sampleAspectRatio} for ${source.sampleAspectRatio}`);
  for (const [tag, value] of Object.entries(source.color)) {
    const got = output.color[tag as keyof typeof output.color];
    claim(value === null || got === value, `${tag} ${String(got)} for ${value}`);
  }
  for (const [name, value] of Object.entries(source.hdr))
    claim(output.hdr[name] === value, `${name} ${output.hdr[name] ?? 'gone'}`);
  claim(sameTracks(source.tracks, output.tracks), `tracks ${output.tracks.join()} for ${source.tracks.join()}`);
  claim(output.chapters.join() === source.chapters.join(), `chapters ${output.chapters.join()}`);
  output.audioSpans.forEach(([first, last], i) => {
    const [wantFirst, wantLast] = source.audioSpans[i] ?? [NaN, NaN];
    const drift = Math.max(Math.abs(first - wantFirst), Math.abs(last - wantLast));
    claim(drift <= LARGEST_SOUND_SHIFT_S, `sound ${i} moved by ${drift} s`);
  });
  return defects;
}

/** ffmpeg 4 can only write English where QuickTime's sound has no language; everything else must be equal. */
function sameTracks(source: readonly string[], output: readonly string[]): boolean {
  const isSame = (want: string, got: string | undefined) =>
    got === want || (want === 'audio:und' && got === 'audio:eng');
  return output.length === source.length && source.every((want, i) => isSame(want, output[i]));
}

function sameAspect(source: InspectedMedia, output: InspectedMedia, turned: boolean): boolean {
  const [num, den] = source.sampleAspectRatio.split(':');
  return output.sampleAspectRatio === (turned && source.rotation % 180 !== 0 ? `${den}:${num}` : `${num}:${den}`);
}

const SIDE_FILES = /^SHA256SUMS$/;

describe.skipIf(data === null)('the awkward clips', () => {
  const folder = join(data ?? '', 'clips');
  const clips =
    data === null
      ? []
      : readdirSync(folder)
          .filter((name) => !SIDE_FILES.test(name))
          .sort();
  const sources = new Map<string, Promise<InspectedMedia>>();

  it('is judged on every clip there is', () => {
    expect(clips).toEqual(Object.keys(EXPECTED).sort());
  });

  for (const ffmpeg of ffmpegs) {
    describe(`with ffmpeg ${ffmpeg.name}`, () => {
      it.each(clips)('%s', async (clip) => {
        const expected = EXPECTED[clip]!;
        const place = join(work, `${ffmpeg.name}-${clip}`);
        mkdirSync(place);
        symlinkSync(join(folder, clip), join(place, clip));
        const done = await upscale(clip, ffmpeg, place);
        const tell = (verdict: string) => outcomes.push({ clip, ffmpeg: ffmpeg.name, verdict });
        if (expected !== 'whole') {
          tell(`refused: ${done.stderr.trim().split('\n').at(-1) ?? ''}`);
          expect(done.stderr).toMatch(expected);
          expect(done.exitCode).toBe(1);
          expect(readdirSync(place)).toEqual([clip]);
          return;
        }
        if (done.exitCode !== 0) tell(`FAILED: ${done.stderr.trim()}`);
        expect(done.exitCode, done.stderr).toBe(0);
        const [result] = (
          JSON.parse(done.stdout) as { results: { result: { outputPath: string; notes: string[] } }[] }
        ).results.map(({ result }) => result);
        const source = sources.get(clip) ?? inspectMedia(judge, join(folder, clip), true);
        sources.set(clip, source);
        const defects = listDefects(await source, await inspectMedia(judge, result!.outputPath));
        tell([defects.join('; ') || 'whole', ...result!.notes].join(' · '));
        expect(defects).toEqual([]);
        expect(readdirSync(place).sort()).toEqual([clip, basename(result!.outputPath)].sort());
        rmSync(result!.outputPath);
      });
    });
  }

  it('prints the table', () => {
    const rows = outcomes.map(({ clip, ffmpeg, verdict }) => `${ffmpeg.padEnd(16)}${clip.padEnd(42)}${verdict}`);
    console.log(rows.join('\n'));
    expect(outcomes).toHaveLength(clips.length * ffmpegs.length);
  });
});
