import { statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { EncoderSpec } from '../../../main/adapters/ffmpeg/encoders/spec.ts';
import type { Preset } from '../../../main/core/codecs.ts';
import { RATE } from './clips.ts';
import type { BenchClip } from './clips.ts';

/** An encoder at work on one clip. */
export interface Encoded {
  /** On the encoder's own scale; null where it has no single one. */
  readonly number: number | null;
  readonly kilobitsPerSecond: number;
  readonly psnrY: number;
  readonly seconds: number;
}

const UNKNOWN = { range: null, matrix: null, primaries: null, transfer: null, chromaLocation: null };
const NO_HDR = { masteringDisplay: null, contentLight: null };
/** As many as jobs have by default. */
const THREADS = 4;

/** Encodes with the very arguments of jobs, and has ffmpeg compare what came out. */
export async function measure(
  ffmpeg: string,
  clip: BenchClip,
  spec: EncoderSpec,
  preset: Preset,
  crf: number,
): Promise<Encoded> {
  const output = join(clip.folder, 'encoded.nut');
  const request = { preset, crf, threads: THREADS, rate: RATE, pixelFormat: 'yuv420p', color: UNKNOWN, hdr: NO_HDR };
  const args = spec.args(request as Parameters<EncoderSpec['args']>[0]);
  const filters = spec.filters?.('yuv420p', null) ?? [];
  const filter = filters.length > 0 ? ['-vf', filters.join(',')] : [];
  const encode = [
    ...(spec.inputArgs ?? []),
    '-i',
    clip.path,
    ...filter,
    '-c:v',
    spec.name,
    ...args,
    '-f',
    'nut',
    output,
  ];
  const startMs = performance.now();
  await execa(ffmpeg, ['-v', 'error', '-y', ...encode]);
  const seconds = (performance.now() - startMs) / 1000;
  const judge = ['-i', output, '-i', clip.path, '-lavfi', '[0:v][1:v]psnr', '-f', 'null', '-'];
  const { stderr } = await execa(ffmpeg, ['-hide_banner', '-nostats', ...judge]);
  const psnrY = Number(/PSNR y:([\d.]+|inf)/.exec(stderr)?.[1]?.replace('inf', 'Infinity') ?? NaN);
  const kilobitsPerSecond = (statSync(output).size * 8 * RATE.num) / clip.frames / 1000;
  const at = args.indexOf('-crf');
  return { number: at < 0 ? null : Number(args[at + 1]), kilobitsPerSecond, psnrY, seconds };
}
