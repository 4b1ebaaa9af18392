/**
 * What the one scale of quality and the one list of presets mean with each encoder: bytes and PSNR of a short clip, beside
 * x264's. `crfLikeX264` is the number at which x264 has the same PSNR: what the encoder was asked for, where the scales
 * agree. Run alone: node test/bench/encoders.ts
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { EncoderSpec } from '../../main/adapters/ffmpeg/encoders/spec.ts';
import { ENCODERS } from '../../main/adapters/ffmpeg/encoders/table.ts';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import type { Preset } from '../../main/core/codecs.ts';
import { sharedData } from '../helpers/shared-data.ts';

const FRAMES = 24;
const SIZE = '480:272';
const QUALITIES = [16, 23, 28] as const;
const PRESETS = ['ultrafast', 'medium', 'slow'] as const satisfies readonly Preset[];
/** Their quality is not a number on x264's scale. */
const LEFT_OUT = ['ffv1', 'prores'];

export interface EncoderRow {
  readonly encoder: string;
  readonly preset: string;
  readonly crf: number;
  readonly kilobitsPerSecond: number;
  readonly psnrY: number;
  /** Whole seconds of this machine at this moment: a ratio to x264's medium says more. */
  readonly timeToX264Medium: number;
  readonly crfLikeX264: number | null;
}

type Measured = Omit<EncoderRow, 'timeToX264Medium' | 'crfLikeX264'> & { readonly seconds: number };

/** Every encoder that works here, at three qualities by `medium`, and at one by the other presets. */
export async function benchEncoders(): Promise<readonly EncoderRow[]> {
  const tools = await locateFfmpeg();
  const folder = mkdtempSync(join(tmpdir(), 'tandem-encoders-'));
  try {
    const clip = await makeClip(tools.ffmpeg.path, folder);
    const rows: Measured[] = [];
    for (const spec of ENCODERS) {
      if (tools.capabilities.encoders[spec.name] === undefined || LEFT_OUT.includes(spec.choice)) continue;
      for (const crf of QUALITIES) rows.push(await measure(tools.ffmpeg.path, folder, clip, spec, 'medium', crf));
      for (const preset of PRESETS) {
        if (preset !== 'medium') rows.push(await measure(tools.ffmpeg.path, folder, clip, spec, preset, 23));
      }
    }
    return compare(rows);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeClip(ffmpeg: string, folder: string): Promise<string> {
  const data = sharedData();
  const input =
    data === null
      ? ['-f', 'lavfi', '-i', 'mandelbrot=size=480x272:rate=25']
      : ['-ss', '2', '-i', join(data, 'clips/bbb_720p25_h264_aac51.mp4')];
  const clip = join(folder, 'clip.mkv');
  const args = ['-vf', `scale=${SIZE},format=yuv420p`, '-frames:v', String(FRAMES), '-c:v', 'ffv1', '-level', '3'];
  await execa(ffmpeg, ['-v', 'error', '-y', ...input, '-map', '0:v:0', ...args, clip]);
  return clip;
}

const UNKNOWN = { range: null, matrix: null, primaries: null, transfer: null, chromaLocation: null };

async function measure(
  ffmpeg: string,
  folder: string,
  clip: string,
  spec: EncoderSpec,
  preset: Preset,
  crf: number,
): Promise<Measured> {
  const output = join(folder, 'encoded.nut');
  const hdr = { masteringDisplay: null, contentLight: null };
  const rate = { num: 25, den: 1 };
  const args = spec.args({ preset, crf, threads: 2, rate, pixelFormat: 'yuv420p', color: UNKNOWN, hdr });
  const filters = spec.filters?.('yuv420p', null) ?? [];
  const filter = filters.length > 0 ? ['-vf', filters.join(',')] : [];
  const encode = [...(spec.inputArgs ?? []), '-i', clip, ...filter, '-c:v', spec.name, ...args, '-f', 'nut', output];
  const startMs = performance.now();
  await execa(ffmpeg, ['-v', 'error', '-y', ...encode]);
  const seconds = (performance.now() - startMs) / 1000;
  const judge = ['-i', output, '-i', clip, '-lavfi', '[0:v][1:v]psnr', '-f', 'null', '-'];
  const { stderr } = await execa(ffmpeg, ['-hide_banner', '-nostats', ...judge]);
  const psnrY = Number(/PSNR y:([\d.]+|inf)/.exec(stderr)?.[1]?.replace('inf', 'Infinity') ?? NaN);
  const kilobitsPerSecond = (statSync(output).size * 8 * rate.num) / FRAMES / 1000;
  return { encoder: spec.choice, preset, crf, kilobitsPerSecond, psnrY, seconds };
}

function compare(rows: readonly Measured[]): EncoderRow[] {
  const x264 = rows.filter(({ encoder, preset }) => encoder === 'x264' && preset === 'medium');
  const medium = x264.find(({ crf }) => crf === 23)?.seconds ?? NaN;
  return rows.map(({ seconds, ...row }) => ({
    ...row,
    timeToX264Medium: seconds / medium,
    crfLikeX264: row.encoder === 'x264' && row.preset === 'medium' ? row.crf : crfAt(x264, row.psnrY),
  }));
}

/** Along the line through x264's two nearest points; `null` more than six steps beyond them. */
function crfAt(points: readonly Measured[], psnrY: number): number | null {
  const byCrf = [...points].sort((a, b) => a.crf - b.crf);
  const next = byCrf.findIndex((point) => point.psnrY <= psnrY);
  const i = Math.min(Math.max(next < 0 ? byCrf.length - 1 : next, 1), byCrf.length - 1);
  const [a, b] = [byCrf[i - 1], byCrf[i]];
  if (a === undefined || b === undefined) return null;
  const crf = a.crf + ((a.psnrY - psnrY) / (a.psnrY - b.psnrY)) * (b.crf - a.crf);
  return crf < QUALITIES[0] - 6 || crf > QUALITIES[2] + 6 ? null : crf;
}

/** One line a measurement. */
export function formatEncoderRows(rows: readonly EncoderRow[]): string {
  const head = ['encoder', 'preset', 'crf', 'kbit/s', 'PSNR-Y', 'like x264 crf', 'time / x264 medium'];
  const lines = rows.map((row) => [
    ...[row.encoder, row.preset, String(row.crf), row.kilobitsPerSecond.toFixed(0), row.psnrY.toFixed(2)],
    ...[row.crfLikeX264?.toFixed(1) ?? '-', row.timeToX264Medium.toFixed(2)],
  ]);
  const widths = head.map((name, i) => Math.max(name.length, ...lines.map((line) => line[i]!.length)));
  const show = (line: readonly string[]) =>
    line.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return [head, ...lines].map(show).join('\n');
}

if (process.argv[1] === import.meta.filename) console.log(formatEncoderRows(await benchEncoders()));
