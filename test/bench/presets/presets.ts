/**
 * Whether a quality means the same with each encoder and preset: luma PSNR on several clips beside x264's medium at the same
 * number. `--calibrate` prints the rows of `encoders/same-quality.ts` that would bring them together.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KNOTS, alongLine, isCalibrated, onScale } from '../../../main/adapters/ffmpeg/encoders/same-quality.ts';
import type { EncoderSpec } from '../../../main/adapters/ffmpeg/encoders/spec.ts';
import { ENCODERS } from '../../../main/adapters/ffmpeg/encoders/table.ts';
import { x264 } from '../../../main/adapters/ffmpeg/encoders/x264.ts';
import { locateFfmpeg } from '../../../main/adapters/ffmpeg/locate.ts';
import { PRESETS } from '../../../main/core/codecs.ts';
import type { Preset } from '../../../main/core/codecs.ts';
import { makeBenchClips } from './clips.ts';
import type { BenchClip } from './clips.ts';
import { measure } from './measure.ts';
import type { Encoded } from './measure.ts';

export interface PresetsOptions {
  /** By name; without: those that have a scale of quality of their own in `same-quality.ts`. */
  readonly encoders?: readonly string[];
  readonly presets?: readonly string[];
  /** On x264's scale; a calibration takes its knots. */
  readonly qualities?: readonly number[];
}

/** One encoder, preset and quality over all clips. */
export interface PresetRow {
  readonly encoder: string;
  readonly preset: Preset;
  readonly crf: number;
  readonly number: number | null;
  readonly psnrY: number;
  /** Of the means over the clips: to x264's medium at the same quality. */
  readonly difference: number;
  /** The clip that is farthest from x264's medium on it. */
  readonly worstClip: number;
  readonly kilobitsPerSecond: number;
  readonly timeToX264Medium: number;
}

const QUALITIES = [16, 23, 28];
const SOME_PRESETS: readonly string[] = ['ultrafast', 'veryfast', 'medium', 'slow'];
const REFERENCE: Preset = 'medium';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

export async function benchPresets(options: PresetsOptions = {}): Promise<readonly PresetRow[]> {
  const tools = await locateFfmpeg();
  const ffmpeg = tools.ffmpeg.path;
  const folder = mkdtempSync(join(tmpdir(), 'tandem-presets-'));
  try {
    const clips = await makeBenchClips(ffmpeg, folder);
    const works = ({ name }: EncoderSpec) => tools.capabilities.encoders[name] !== undefined;
    const wanted = options.encoders ?? ['x264', 'x265', 'svt-av1', 'vp9'];
    const specs = ENCODERS.filter((spec) => wanted.includes(spec.choice) && works(spec));
    const presets = PRESETS.filter((preset) => (options.presets ?? SOME_PRESETS).includes(preset));
    const rows: PresetRow[] = [];
    for (const crf of options.qualities ?? QUALITIES) {
      const reference = await onAll(clips, ffmpeg, x264, REFERENCE, crf);
      for (const spec of specs)
        for (const preset of presets) {
          const encoded = await onAll(clips, ffmpeg, spec, preset, crf);
          rows.push({ encoder: spec.choice, preset, crf, ...compare(encoded, reference) });
        }
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onAll(
  clips: readonly BenchClip[],
  ffmpeg: string,
  spec: EncoderSpec,
  preset: Preset,
  crf: number,
): Promise<Encoded[]> {
  const all: Encoded[] = [];
  for (const clip of clips) all.push(await measure(ffmpeg, clip, spec, preset, crf));
  return all;
}

function compare(encoded: readonly Encoded[], reference: readonly Encoded[]) {
  const differences = encoded.map(({ psnrY }, i) => psnrY - reference[i]!.psnrY);
  const seconds = (of: readonly Encoded[]) => mean(of.map((one) => one.seconds));
  return {
    number: encoded[0]!.number,
    psnrY: mean(encoded.map(({ psnrY }) => psnrY)),
    difference: mean(differences),
    worstClip: differences.reduce((worst, one) => (Math.abs(one) > Math.abs(worst) ? one : worst), 0),
    kilobitsPerSecond: mean(encoded.map((one) => one.kilobitsPerSecond)),
    timeToX264Medium: seconds(encoded) / seconds(reference),
  };
}

export interface CalibratedRow {
  readonly encoder: string;
  readonly preset: Preset;
  /** On the encoder's scale, at the knots. */
  readonly numbers: readonly number[];
}

/** Measured at the knots; then each encoder's own number at which it would have x264's PSNR there. */
export async function calibratePresets(options: PresetsOptions): Promise<readonly CalibratedRow[]> {
  const rows = await benchPresets({ ...options, qualities: KNOTS });
  const groups = Map.groupBy(rows, ({ encoder, preset }) => `${encoder} ${preset}`);
  return [...groups.values()].flatMap((group) => {
    const { encoder, preset } = group[0]!;
    if (!isCalibrated(encoder)) return [];
    // Falling PSNR along rising numbers; the line is read the other way round.
    const falling = group.filter(({ number }, i) => number !== null && number !== group[i - 1]?.number).reverse();
    const [psnrs, numbers] = [falling.map(({ psnrY }) => psnrY), falling.map(({ number }) => number ?? NaN)];
    const at = (row: PresetRow) => onScale(encoder, alongLine(psnrs, numbers, row.psnrY - row.difference));
    return [{ encoder, preset, numbers: group.map(at) }];
  });
}

/** As they stand in the source. */
export function formatCalibration(rows: readonly CalibratedRow[]): string {
  const line = ({ encoder, preset, numbers }: CalibratedRow) => `${encoder} ${preset}: [${numbers.join(', ')}],`;
  return rows.map(line).join('\n');
}

/** One line a measurement, then how far they lie apart. */
export function formatPresetRows(rows: readonly PresetRow[]): string {
  const head = ['encoder', 'preset', 'quality', 'own', 'PSNR-Y', 'to x264', 'worst clip', 'kbit/s', 'time'];
  const lines = rows.map((row) => [
    ...[row.encoder, row.preset, String(row.crf), String(row.number ?? '-'), row.psnrY.toFixed(2)],
    ...[row.difference.toFixed(2), row.worstClip.toFixed(2)],
    ...[row.kilobitsPerSecond.toFixed(0), row.timeToX264Medium.toFixed(2)],
  ]);
  const widths = head.map((name, i) => Math.max(name.length, ...lines.map((line) => line[i]!.length)));
  const show = (line: readonly string[]) =>
    line.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  const spread = Math.max(...rows.map(({ difference }) => Math.abs(difference)));
  return [...[head, ...lines].map(show), `farthest from x264 medium: ${spread.toFixed(2)} dB`].join('\n');
}
