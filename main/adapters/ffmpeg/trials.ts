/** Trials of encoders, and of what survives a stream copy into a container: written by this ffmpeg, read back by ffprobe. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pixelFormatInfo } from '../../core/pixel-format.ts';
import type { HdrMetadata } from '../../core/hdr.ts';
import type { PixelFormat } from '../../core/pixel-format.ts';
import { box } from '../mp4/boxes.ts';
import { buildAvcC, toLengthPrefixed } from '../mp4/annex-b.ts';
import { movieHead } from '../mp4/movie.ts';
import { isSuccess } from '../process/child.ts';
import { runCommand } from '../process/run.ts';
import type { EncoderSpec } from './encoders/spec.ts';
import { HARDWARE_ENCODERS } from './encoders/hardware.ts';
import { ENCODERS } from './encoders/table.ts';
import { readSegment } from './segment.ts';
import type { FoundTool } from './tools.ts';

type Container = 'mp4' | 'mov' | 'mkv';

const MUXERS = { mp4: 'mp4', mov: 'mov', mkv: 'matroska' } as const;
const CONTAINERS: readonly Container[] = ['mp4', 'mov', 'mkv'];
const QUIET = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-nostats', '-y'];

/** Containers that keep a quarter turn of the joined video. */
export async function triesRotation(ffmpeg: FoundTool, ffprobe: FoundTool, folder: string): Promise<Container[]> {
  return triesNote(ffmpeg, ffprobe, folder, { rotation: 90 }, /"rotation": -?(90|270)\b/);
}

/** Containers that keep the joined video's notes of HDR. */
export async function triesHdr(ffmpeg: FoundTool, ffprobe: FoundTool, folder: string): Promise<Container[]> {
  return triesNote(ffmpeg, ffprobe, folder, { hdr: SOME_HDR }, /"max_content": 1000\b/);
}

const SOME_HDR: HdrMetadata = {
  masteringDisplay: {
    ...{ red: [34000, 16000], green: [13250, 34500], blue: [7500, 3000], white: [15635, 16450] },
    ...{ minLuminance: 50, maxLuminance: 10_000_000 },
  },
  contentLight: { max: 1000, average: 400 },
};

/** Containers in which a note of the joined video comes back, as ffprobe's side data. */
async function triesNote(
  ffmpeg: FoundTool,
  ffprobe: FoundTool,
  folder: string,
  note: Partial<Parameters<typeof movieHead>[0]>,
  expected: RegExp,
): Promise<Container[]> {
  const segment = join(folder, 'noted.nut');
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=25:duration=0.04'];
  const encode = [...QUIET, ...source, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-f', 'nut', segment];
  if (!isSuccess((await runCommand(ffmpeg.path, encode)).record)) return [];
  const movie = join(folder, 'noted.mp4');
  await writeFile(movie, await notedMovie(segment, note));
  return await containersWhere(async (container) => {
    const file = join(folder, `noted-copy.${container}`);
    const copy = [...QUIET, '-i', movie, '-c', 'copy', '-f', MUXERS[container], file];
    if (!isSuccess((await runCommand(ffmpeg.path, copy)).record)) return false;
    const { stdout } = await runCommand(ffprobe.path, ['-v', 'error', '-of', 'json', '-show_streams', file]);
    return expected.test(stdout);
  });
}

/** Containers in which a cover stays a cover. */
export async function triesCover(ffmpeg: FoundTool, ffprobe: FoundTool, folder: string): Promise<Container[]> {
  const picture = join(folder, 'cover.jpg');
  const one = ['-f', 'lavfi', '-i', 'color=red:size=32x32:duration=0.04:rate=25'];
  await runCommand(ffmpeg.path, [...QUIET, ...one, '-frames:v', '1', '-pix_fmt', 'yuvj420p', '-f', 'mjpeg', picture]);
  return await containersWhere(async (container) => {
    const file = join(folder, `cover.${container}`);
    const inputs = [...one, '-f', 'image2', '-i', picture, '-map', '0', '-map', '1', '-c:0', 'mpeg4', '-c:1', 'copy'];
    const args = [...QUIET, ...inputs, '-disposition:1', 'attached_pic', '-f', MUXERS[container], file];
    if (!isSuccess((await runCommand(ffmpeg.path, args)).record)) return false;
    const entries = ['-show_entries', 'stream_disposition=attached_pic', file];
    const { stdout } = await runCommand(ffprobe.path, ['-v', 'error', '-of', 'default=nw=1:nk=1', ...entries]);
    return stdout.includes('1');
  });
}

async function containersWhere(test: (container: Container) => Promise<boolean>): Promise<Container[]> {
  const found: Container[] = [];
  for (const container of CONTAINERS) if (await test(container)) found.push(container);
  return found;
}

async function notedMovie(segment: string, note: Partial<Parameters<typeof movieHead>[0]>): Promise<Uint8Array> {
  let codecData: Uint8Array = new Uint8Array(0);
  const payloads: Uint8Array[] = [];
  for await (const packet of readSegment(segment, { num: 1, den: 25 }, (stream) => (codecData = stream.codecData))) {
    payloads.push(toLengthPrefixed(packet.payload).slice());
  }
  const samples = payloads.map((payload, i) => ({ sizeBytes: payload.length, isKey: i === 0, dts: i, pts: i }));
  const size = { width: 64, height: 48, timescale: 25, sampleAspectRatio: null, lastDuration: 1 };
  const codec = { fourcc: 'avc1', boxes: [box('avcC', buildAvcC(codecData))] };
  return Buffer.concat([movieHead({ ...size, rotation: 0, codec, samples, ...note }), ...payloads]);
}

/** Encoders that wrote a few frames with the very arguments of jobs, and the formats they did it with. */
export async function triesEncoders(
  works: (args: readonly string[]) => Promise<boolean>,
  listed: ReadonlySet<string> | null,
): Promise<Record<string, readonly PixelFormat[]>> {
  const found: Record<string, readonly PixelFormat[]> = {};
  for (const spec of ENCODERS) {
    if (listed?.has(spec.name) === false) continue;
    const formats = await workingFormats(spec, works);
    if (formats.length > 0) found[spec.name] = formats;
  }
  return found;
}

/** All formats at once where that works, which costs one process; else one by one. */
async function workingFormats(
  spec: EncoderSpec,
  works: (args: readonly string[]) => Promise<boolean>,
): Promise<readonly PixelFormat[]> {
  const [first, ...others] = spec.formats;
  if (first === undefined || !(await works(encoderTrial(spec, [first])))) return [];
  if (await works(encoderTrial(spec, others))) return spec.formats;
  const found = [first];
  for (const format of others) if (await works(encoderTrial(spec, [format]))) found.push(format);
  return found;
}

const RATE = { num: 25, den: 1 };
const UNKNOWN = { range: null, matrix: null, primaries: null, transfer: null, chromaLocation: null };

/** Hardware refuses pictures as small as stamps. */
function encoderTrial(spec: EncoderSpec, formats: readonly PixelFormat[]): string[] {
  const size = HARDWARE_ENCODERS.includes(spec) ? '256x192' : '64x64';
  const source = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25:duration=0.12`];
  const hdr = { masteringDisplay: null, contentLight: null };
  const outputs = formats.flatMap((pixelFormat) => {
    const matrix = pixelFormatInfo(pixelFormat).family === 'rgb' ? 'gbr' : null;
    const request = { preset: 'ultrafast', crf: 20, threads: 1, rate: RATE, pixelFormat, hdr } as const;
    const args = spec.args({ ...request, color: { ...UNKNOWN, matrix } });
    const filters = [`format=${pixelFormat}`, ...(spec.filters?.(pixelFormat, null) ?? [])].join(',');
    return ['-map', '0:v', '-vf', filters, '-c:v', spec.name, ...args, '-f', 'null', '-'];
  });
  return [...(spec.inputArgs ?? []), ...source, ...outputs];
}
