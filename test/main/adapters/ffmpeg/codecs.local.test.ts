import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ENCODERS } from '../../../../main/adapters/ffmpeg/encoders/table.ts';
import { CODEC_CONTAINERS } from '../../../../main/adapters/ffmpeg/codec-containers.ts';
import { probeMedia } from '../../../../main/adapters/ffmpeg/probe.ts';
import type { FfmpegTools } from '../../../../main/adapters/ffmpeg/tools.ts';
import type { OutputContainer } from '../../../../main/core/output-plan.ts';
import type { PixelFormat } from '../../../../main/core/pixel-format.ts';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { roundTrip } from '../../../helpers/round-trip.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-codecs-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ffmpegs = await findFfmpegs();
/** The judge of all: it decodes what the others wrote. */
const judge = ffmpegs.at(-1)!.tools.ffmpeg.path;
/** Every format of every encoder: `TANDEM_MATRIX=whole`. */
const WHOLE = process.env.TANDEM_MATRIX === 'whole';
const FRAMES = 7;
const SEGMENT_FRAMES = 4;

const sources = new Map<PixelFormat, string>();

/** A clip of any format, losslessly, with uneven frame times. */
function source(format: PixelFormat): string {
  const path = sources.get(format) ?? join(folder, `${format}.mkv`);
  if (sources.has(format)) return path;
  const filters = `select=not(eq(n\\,3)),format=${format}`;
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=25', '-vf', filters, '-frames:v', String(FRAMES)];
  const codec = format === 'gbrp' || format === 'gbrap' ? ['-c:v', 'ffvhuff'] : ['-c:v', 'ffv1', '-level', '3'];
  const time = ['-vsync', 'passthrough', '-strict', '-2'];
  execFileSync(ffmpegs[0]!.tools.ffmpeg.path, ['-v', 'error', '-y', ...picture, ...codec, ...time, path]);
  sources.set(format, path);
  return path;
}

/** Hashes of decoded frames in the decoder's own format. */
function hashes(path: string, format: PixelFormat): string[] {
  // H.264 without chroma decodes to 4:2:0.
  const luma = format.startsWith('gray') ? ['-vf', 'extractplanes=y'] : [];
  const args = ['-v', 'error', '-i', path, '-map', '0:v:0', ...luma, '-vsync', 'passthrough', '-f', 'framemd5', '-'];
  const rows = execFileSync(judge, args, { encoding: 'utf8' }).split('\n');
  return rows.flatMap((row) => (row === '' || row.startsWith('#') ? [] : [row.split(',').at(-1)!.trim()]));
}

/** What a decoder makes of it. */
function decodedFormat(format: PixelFormat, codec: string): string {
  if (codec === 'prores') return format.replace('444p10', '444p12');
  return format;
}

const LOSSY = 14;

describe.each(ffmpegs)('encoders of ffmpeg $name', ({ name, tools }: { name: string; tools: FfmpegTools }) => {
  const works = (encoder: string) => tools.capabilities.encoders[encoder];
  const specs = ENCODERS.filter((spec) => works(spec.name) !== undefined);
  const cases = specs.flatMap((spec) => {
    const containers = CODEC_CONTAINERS[spec.codec];
    const all = (works(spec.name) ?? []).map((format, i) => {
      return { choice: spec.choice, format, spec, container: containers[i % containers.length]! };
    });
    // Two a kind tell what all do; the whole takes minutes.
    return WHOLE
      ? all
      : [...new Set([all[0]!, all[Math.floor(all.length / 2) + containers.length - 2] ?? all.at(-1)!])];
  });

  it('are those that one expects', () => {
    const names = specs.map((spec) => spec.choice);
    expect(names).toEqual(expect.arrayContaining(['x264', 'x265', 'aom-av1', 'vp9', 'prores', 'ffv1']));
    if (name === 'system') expect(names).toContain('svt-av1');
  });

  it.each(cases)('$choice keeps $format in $container', async ({ spec, format, container }) => {
    const place = mkdtempSync(join(folder, 'out-'));
    const path = source(format);
    const outputPath = join(place, `named.${container satisfies OutputContainer}`);
    const crf = spec.canBeLossless ? 0 : LOSSY;
    const encoding = { codec: spec.choice, crf, segmentFrames: SEGMENT_FRAMES } as const;
    const result = await roundTrip(tools, path, place, { ...encoding, outputPath });
    expect(result.segments).toHaveLength(2);
    const [before, after] = [hashes(path, format), hashes(result.outputPath, format)];
    expect(after).toHaveLength(FRAMES);
    if (spec.canBeLossless) expect(after).toEqual(before);
    const { video } = await probeMedia(tools, result.outputPath);
    expect(video.pixelFormat.replace('yuvj', 'yuv')).toBe(decodedFormat(format, spec.codec));
    expect(result.stamps.map((pts) => (pts * 1000) / result.plan.timeBase.den)).toEqual([
      0, 40, 80, 160, 200, 240, 280,
    ]);
  });
});
