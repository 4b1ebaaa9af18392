import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pixelFormatInfo } from '../../main/core/pixel-format.ts';
import type { PixelFormat } from '../../main/core/pixel-format.ts';
import { findFfmpegs } from '../helpers/ffmpegs.ts';
import { inspectMedia } from '../helpers/inspect-media.ts';
import { readPlanes, writeRawClip } from '../helpers/raw-clip.ts';
import type { CodePlane } from '../helpers/raw-clip.ts';
import { runCli } from '../helpers/run-cli.ts';

/** The default model of the zoo: what a person gets. */
const MODEL = 'tandem-x2-balanced';
const manifest = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../models/zoo', MODEL, 'manifest.json'), 'utf8'),
) as { receptiveField: number };
const SCALE = 2;

const ffmpegs = await findFfmpegs();
/** Reads every format alike, whatever ffmpeg made the file. */
const judge = ffmpegs.at(-1)!.tools;
const folder = mkdtempSync(join(tmpdir(), 'tandem-colour-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What the last job said. */
let told = '';

async function upscale(tools: (typeof ffmpegs)[number]['tools'], input: string, more: readonly string[] = []) {
  const env = { FFMPEG_BIN: tools.ffmpeg.path, FFPROBE_BIN: tools.ffprobe.path };
  const options = ['--crf', '0', '--preset', 'ultrafast', '--overwrite', '--json', ...more];
  const { code, stdout, stderr } = await runCli(['upscale', input, ...options], folder, env);
  expect(code, stderr).toBe(0);
  told = stderr.replaceAll(/\s+/g, ' ');
  return (JSON.parse(stdout) as { results: { result: { outputPath: string } }[] }).results[0]!.result.outputPath;
}

interface Flat {
  readonly format: PixelFormat;
  /** What H.264 without chroma decodes to. */
  readonly decoded?: PixelFormat;
  readonly tags: readonly string[];
  readonly full?: true;
}

const color = (range: string, matrix: string, primaries: string, transfer: string) =>
  `-color_range ${range} -colorspace ${matrix} -color_primaries ${primaries} -color_trc ${transfer}`.split(' ');

const FLATS: readonly Flat[] = [
  { format: 'yuv420p', tags: color('tv', 'smpte170m', 'smpte170m', 'smpte170m') },
  { format: 'yuv420p', tags: color('pc', 'bt709', 'bt709', 'bt709'), full: true },
  { format: 'yuv422p10le', tags: color('tv', 'bt709', 'bt709', 'bt709') },
  { format: 'yuv444p12le', tags: color('tv', 'bt2020nc', 'bt2020', 'smpte2084') },
  { format: 'yuv420p10le', tags: color('tv', 'bt2020nc', 'bt2020', 'arib-std-b67') },
  { format: 'gray', decoded: 'yuv420p', tags: [], full: true },
  { format: 'yuva420p', tags: color('tv', 'bt709', 'bt709', 'bt709') },
  { format: 'gbrp', tags: ['-color_range', 'pc'], full: true },
];

/** Squares of one code each, side by side: the first has all the darkest, the last all the brightest. */
const SQUARE = 48;
const SQUARES = 5;

function squareCode({ format, full }: Flat, plane: number, square: number): number {
  const { bitDepth, family, hasAlpha } = pixelFormatInfo(format);
  const unit = 2 ** (bitDepth - 8);
  const isAlpha = hasAlpha && plane === 3;
  const [low, high] =
    full || isAlpha ? [0, 256 * unit - 1] : [16 * unit, (plane === 0 || family === 'rgb' ? 235 : 240) * unit];
  // Planes go through the squares in orders of their own, so that colours come about.
  const step = (square * (plane + 1)) % SQUARES;
  return Math.round(low + ((high - low) * step) / (SQUARES - 1));
}

/** The greatest difference inside a square, beyond the model's reach from its edge. */
function worstInside(plane: CodePlane, index: number, flat: Flat): number {
  const grain = plane.width / (SQUARE * SQUARES); // Output samples of one source sample, in this plane.
  // Chroma and alpha go through a cubic, which reaches two samples far.
  const isModels = index === 0 || pixelFormatInfo(flat.format).family === 'rgb';
  const margin = isModels ? ((manifest.receptiveField + 1) / 2) * SCALE : 4 * SCALE;
  let worst = 0;
  for (let square = 0; square < SQUARES; square++) {
    const [left, right] = [square * SQUARE * grain + margin, (square + 1) * SQUARE * grain - margin];
    for (let y = margin; y < plane.height - margin; y++) {
      for (let x = left; x < right; x++) {
        worst = Math.max(worst, Math.abs(plane.data[y * plane.width + x]! - squareCode(flat, index, square)));
      }
    }
    expect(right - left, 'samples that were looked at').toBeGreaterThan(0);
  }
  return worst;
}

/** The arithmetic is ours alone: each ffmpeg has its turn. */
const TURNS = FLATS.map((flat, i) => ({ ...flat, ffmpeg: ffmpegs[i % ffmpegs.length]! }));

it.each(TURNS)('flat areas of $format keep their code, and tags stay ($tags, $ffmpeg.name)', async (flat) => {
  const { format, decoded = format, ffmpeg } = flat;
  const { name, tools } = ffmpeg;
  const input = join(folder, `${name}-${format}-${flat.tags.join('')}.mkv`);
  const chroma = (plane: number) => (plane === 1 || plane === 2 ? pixelFormatInfo(format).chromaShiftX : 0);
  writeRawClip(ffmpegs[0]!.tools.ffmpeg.path, input, {
    ...{ format, width: SQUARE * SQUARES, height: 64, tags: flat.tags },
    code: (plane, x) => squareCode(flat, plane, Math.floor((x << chroma(plane)) / SQUARE)),
  });
  // By itself the job keeps every flat area to one code; int8, where it is asked for, to half a code of eight bits.
  const grain = 2 ** (pixelFormatInfo(format).bitDepth - 8);
  const bounds = grain === 1 ? { auto: 1 } : { int8: grain / 2, auto: 1 };
  let output = '';
  for (const [arithmetic, bound] of Object.entries(bounds)) {
    output = await upscale(tools, input, arithmetic === 'auto' ? [] : ['--arithmetic', arithmetic]);
    const planes = readPlanes(judge.ffmpeg.path, output, decoded, [SQUARE * SQUARES * SCALE, 64 * SCALE]);
    const looked = format === 'gray' ? planes.slice(0, 1) : planes;
    const worst = looked.map((plane, i) => worstInside(plane, i, flat));
    if (arithmetic === 'int8') expect(told).toContain(`flat areas may move by up to ${bound} codes`);
    else expect(told).not.toContain('flat areas may move');
    console.log(`flat ${format} in ${arithmetic}: planes differ by at most ${worst.join(', ')}`);
    expect(Math.max(...worst), arithmetic).toBeLessThanOrEqual(bound);
  }
  const before = await inspectMedia(judge.ffprobe.path, input);
  const after = await inspectMedia(judge.ffprobe.path, output);
  for (const [tag, value] of Object.entries(before.color)) {
    if (value !== null) expect(after.color[tag as 'range'], tag).toBe(value);
  }
});

describe.each(ffmpegs)('colour with ffmpeg $name', ({ name, tools }) => {
  it.each([
    { range: 'tv', first: 64, codes: 877, survive: 860 },
    { range: 'pc', first: 0, codes: 1024, survive: 1003 },
  ])(
    'a 10-bit ramp of range $range keeps at least $survive of $codes codes',
    async ({ range, first, codes, survive }) => {
      const input = join(folder, `${name}-ramp-${range}.mkv`);
      const tags = color(range, 'bt709', 'bt709', 'bt709');
      const code = (plane: number, x: number) => (plane === 0 ? first + Math.min(x, codes - 1) : 512);
      const width = codes + (codes % 2);
      writeRawClip(ffmpegs[0]!.tools.ffmpeg.path, input, { format: 'yuv420p10le', width, height: 32, tags, code });
      const counts: Record<string, number> = {};
      for (const arithmetic of ['int8', 'f32']) {
        const output = await upscale(tools, input, ['--arithmetic', arithmetic]);
        const [luma] = readPlanes(judge.ffmpeg.path, output, 'yuv420p10le', [width * SCALE, 32 * SCALE]);
        const seen = new Set(luma!.data);
        counts[arithmetic] = Array.from({ length: codes }, (_, i) => first + i).filter((value) =>
          seen.has(value),
        ).length;
      }
      console.log(`ramp ${range}, ffmpeg ${name}: ${JSON.stringify(counts)} of ${codes} codes survive`);
      for (const count of Object.values(counts)) expect(count).toBeGreaterThanOrEqual(survive);
    },
  );
});
