/**
 * Generated clips of every kind through the frame path, judged by ffprobe alone. Pairs of all properties meet;
 * `TANDEM_MATRIX=whole` runs every combination (more than two thousand), `TANDEM_MATRIX=3/40` the third of forty parts.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { inspectMedia } from '../../../helpers/inspect-media.ts';
import { pairwise, product } from '../../../helpers/pairwise.ts';
import type { Case } from '../../../helpers/pairwise.ts';
import { roundTrip } from '../../../helpers/round-trip.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-matrix-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ffmpegs = await findFfmpegs();
const maker = ffmpegs[0]!.tools.ffmpeg.path;
const judge = { ffmpeg: ffmpegs.at(-1)!.tools.ffmpeg.path, ffprobe: ffmpegs[0]!.tools.ffprobe.path };

const HDR = 'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400';
const COLORS = {
  unknown: [],
  bt601: ['tv', 'smpte170m', 'smpte170m', 'smpte170m'],
  bt709: ['tv', 'bt709', 'bt709', 'bt709'],
  full: ['pc', 'bt709', 'bt709', 'bt709'],
  pq: ['tv', 'bt2020nc', 'bt2020', 'smpte2084'],
  hlg: ['tv', 'bt2020nc', 'bt2020', 'arib-std-b67'],
} as const;

/** Rows of the display matrix: x' = a x + c y, y' = b x + d y. */
const TURNS = { none: [1, 0, 0, 1], quarter: [0, 1, -1, 0], half: [-1, 0, 0, -1], flipped: [-1, 0, 0, 1] } as const;

const FACTORS = {
  format: ['yuv420p', 'yuv422p', 'yuv444p', 'yuv420p10le', 'yuv422p10le', 'yuv444p12le', 'gray', 'gbrp'],
  color: ['unknown', 'bt601', 'bt709', 'full', 'pq', 'hlg'],
  time: ['even', 'uneven'],
  turn: ['none', 'quarter', 'half', 'flipped'],
  aspect: ['1:1', '8:9'],
  to: ['mp4', 'mov', 'mkv'],
  ffmpeg: ffmpegs.map(({ name }) => name),
} as const;
type Kind = Case<typeof FACTORS>;

/** What makes no sense is left out: RGB has no matrix of YUV, eight bits are no HDR. */
function isSensible({ format, color }: Kind): boolean {
  if (color === 'pq' || color === 'hlg') return /1[02]le$/.test(format);
  return format !== 'gbrp' || color === 'unknown';
}

function chooseCases(wanted: string | undefined): Kind[] {
  if (wanted === undefined) return pairwise(FACTORS, isSensible);
  const all = product(FACTORS).filter(isSensible);
  if (wanted === 'whole') return all;
  const [part = NaN, parts = NaN] = wanted.split('/').map(Number);
  if (!(part >= 1 && part <= parts))
    throw new RangeError(`expected TANDEM_MATRIX to be whole or K/N but got ${wanted}`);
  // Cases of one source stand together.
  return all.slice(Math.round(((part - 1) * all.length) / parts), Math.round((part * all.length) / parts));
}

const CASES = chooseCases(process.env.TANDEM_MATRIX);

const FRAMES = 6;

/** An MP4 of this kind, lossless; its turn is written into the track's head by the test itself. */
function makeSource({ format, color, time, turn, aspect }: Kind): string {
  const path = join(folder, `${[format, color, time, turn, aspect.replace(':', '-')].join('_')}.mp4`);
  if (existsSync(path)) return path;
  const uneven = time === 'uneven' ? ['select=not(eq(mod(n\\,4)\\,1))', 'setpts=PTS+mod(N\\,2)*100'] : [];
  const filters = [...uneven, `format=${format}`, `setsar=${aspect.replace(':', '/')}`].join(',');
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=25,settb=1/12800', '-vf', filters];
  const [range, matrix, primaries, transfer] = COLORS[color];
  const tags =
    range === undefined
      ? []
      : ['-color_range', range, '-colorspace', matrix, '-color_primaries', primaries, '-color_trc', transfer];
  const hdr = color === 'pq' ? `:${HDR}` : '';
  const isDeep =
    format === 'yuv444p12le' || format === 'gray' || format === 'gbrp' || color === 'pq' || color === 'hlg';
  const codec = isDeep
    ? ['-c:v', 'libx265', '-tag:v', 'hvc1', '-x265-params', `lossless=1:log-level=error${hdr}`]
    : ['-c:v', 'libx264', '-qp', '0'];
  const rest = ['-preset', 'ultrafast', '-frames:v', String(FRAMES), '-vsync', 'passthrough', '-enc_time_base', '-1'];
  const mux = ['-video_track_timescale', '12800', '-movflags', '+write_colr', '-use_editlist', '0', path];
  execFileSync(maker, ['-v', 'error', '-y', ...picture, ...codec, ...tags, ...rest, ...mux]);
  writeTurn(path, TURNS[turn]);
  return path;
}

function writeTurn(path: string, [a, b, c, d]: readonly [number, number, number, number]): void {
  const bytes = readFileSync(path);
  const at = bytes.indexOf('tkhd') + 4 + 40; // After version, times, id, duration, layer, group and volume.
  [a, b, c, d].forEach((value, i) => bytes.writeInt32BE(value * 65536, at + [0, 4, 12, 16][i]!));
  writeFileSync(path, bytes);
}

/** The display matrix as signs, `1,0,0,1` where there is none. */
function turnOf(path: string): string {
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    'stream_side_data=displaymatrix',
    '-of',
    'json',
  ];
  const text = execFileSync(judge.ffprobe, [...args, path], { encoding: 'utf8' });
  const matrix = /"displaymatrix": "([^"]*)"/.exec(text)?.[1];
  if (matrix === undefined) return TURNS.none.join();
  const rows = matrix.split('\\n').filter((row) => row.includes(':'));
  const numbers = rows.slice(0, 2).flatMap((row) => row.split(':')[1]!.trim().split(/\s+/).slice(0, 2).map(Number));
  return numbers.map((value) => Math.sign(value) + 0).join();
}

/** Hashes of frames in the decoder's format, or of their luma where the codec has no grey of its own. */
function hashes(path: string, format: string, filters: readonly string[]): string[] {
  const chain = [...filters, ...(format === 'gray' ? ['extractplanes=y'] : [])];
  const args = ['-v', 'error', '-noautorotate', '-i', path, '-map', '0:v:0', '-vsync', 'passthrough'];
  const vf = chain.length > 0 ? ['-vf', chain.join(',')] : [];
  const rows = execFileSync(judge.ffmpeg, [...args, ...vf, '-f', 'framemd5', '-'], { encoding: 'utf8' }).split('\n');
  return rows.flatMap((row) => (row === '' || row.startsWith('#') ? [] : [row.split(',').at(-1)!.trim()]));
}

/** One answer for all cases of a source. */
function once<K extends readonly unknown[], T>(ask: (...key: K) => T): (...key: K) => T {
  const known = new Map<string, T>();
  return (...key) => {
    const name = JSON.stringify(key);
    if (!known.has(name)) known.set(name, ask(...key));
    return known.get(name)!;
  };
}
const inspectSource = once((path: string) => inspectMedia(judge.ffprobe, path, true));
const sourceHashes = once(hashes);

const FILTERS = { none: [], quarter: ['transpose=clock'], half: ['hflip', 'vflip'], flipped: ['hflip'] } as const;

describe('the matrix of generated clips', () => {
  it(`meets every pair of properties in ${String(CASES.length)} cases`, () => {
    expect(CASES.length).toBeGreaterThanOrEqual(process.env.TANDEM_MATRIX?.includes('/') === true ? 1 : 40);
    console.log(`matrix: ${String(CASES.length)} cases`);
  });

  it.each(CASES)('$format $color $time $turn $aspect to $to with ffmpeg $ffmpeg', async (kind) => {
    const { tools } = ffmpegs.find(({ name }) => name === kind.ffmpeg)!;
    const source = makeSource(kind);
    const place = mkdtempSync(join(folder, 'out-'));
    mkdirSync(place, { recursive: true });
    const { plan, outputPath } = await roundTrip(tools, source, place, {
      outputPath: join(place, `named.${kind.to}`),
    });
    const [before, after] = [await inspectSource(source), await inspectMedia(judge.ffprobe, outputPath)];
    const inPixels = plan.picture.rotation.how === 'pixels';
    // Colour that is halved along the lines alone lies on its left sample, and is whole after a quarter turn.
    const whole = kind.format.replace('422', '444');
    const isWhole = inPixels && kind.turn === 'quarter' && whole !== kind.format;
    const turn = inPixels ? FILTERS[kind.turn] : [];
    const range = kind.color === 'full' ? 'pc' : 'tv';
    const widen = [`scale=in_h_chr_pos=0:in_range=${range}:out_range=${range}`, `format=${whole}`];
    const filters = isWhole ? [...widen, ...turn] : turn;
    expect(hashes(outputPath, kind.format, [])).toEqual(sourceHashes(source, kind.format, filters));
    expect(turnOf(outputPath)).toBe(inPixels ? TURNS.none.join() : TURNS[kind.turn].join());
    const aspect = inPixels && kind.turn === 'quarter' ? kind.aspect.split(':').reverse().join(':') : kind.aspect;
    expect(after.sampleAspectRatio).toBe(aspect);
    for (const [tag, value] of Object.entries(before.color)) {
      const got = after.color[tag as keyof typeof after.color];
      if (value !== null) expect(got, tag).toBe(value);
      else expect(got, tag).toBe(null);
    }
    expect(after.hdr).toEqual(before.hdr);
    expect(Object.keys(before.hdr)).toHaveLength(kind.color === 'pq' ? 12 : 0);
    // An old name of full range; the range itself was compared above.
    const layout = (name: string): string => name.replace('yuvj', 'yuv');
    const expected = kind.format === 'gray' ? 'yuv420p' : isWhole ? whole : before.pixelFormat;
    expect(layout(after.pixelFormat)).toBe(layout(expected));
    const worst = Math.max(...before.times.map((time, i) => Math.abs(time - (after.times[i] ?? Infinity))));
    expect(worst).toBeLessThanOrEqual(kind.to === 'mkv' ? 0.0005001 : 0.000001);
    expect(after.times).toHaveLength(FRAMES);
  });
});
