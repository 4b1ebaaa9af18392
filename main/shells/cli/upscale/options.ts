import { statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { DEVICES, isDevice } from '../../../contract/messages.ts';
import type { Quality, UpscaleRequest } from '../../../contract/messages.ts';
import { AppError } from '../../../core/errors.ts';

/** Frames per segment: a job's parts are encoded apart, so that a stopped job can go on. */
const SEGMENT_FRAMES = 120;

/** What commander makes of the options. */
export interface UpscaleOptions {
  readonly output?: string;
  readonly scale?: '2' | '3' | '4';
  readonly model?: string;
  readonly quality?: Quality;
  readonly device: UpscaleRequest['device'];
  readonly arithmetic?: UpscaleRequest['arithmetic'];
  readonly codec: UpscaleRequest['codec'];
  readonly crf: number;
  readonly preset: UpscaleRequest['preset'];
  readonly from?: number;
  readonly to?: number;
  readonly fps?: NonNullable<UpscaleRequest['pictureRate']>;
  readonly deinterlace: UpscaleRequest['deinterlace'];
  readonly inverseTelecine?: true;
  readonly tolerateDamage?: true;
  readonly overwrite?: true;
  readonly restart?: true;
  readonly threads?: number;
  readonly stats?: string;
  readonly json?: true;
}

/** One of the devices of the contract. */
export function parseDevice(text: string): string {
  if (!isDevice(text)) {
    const names = `${DEVICES.join(', ')}, gpu:NAME or phone:SERIAL`;
    throw new InvalidArgumentError(`Expected one of ${names}, or several of cpu, gpu and phone joined by +.`);
  }
  return text;
}

/** A number within limits, as commander's option parser. */
export function numberWithin(low: number, high: number, whole = false): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const fits = text.trim() !== '' && value >= low && value <= high && (!whole || Number.isInteger(value));
    if (!fits) throw new InvalidArgumentError(`Expected a ${whole ? 'whole ' : ''}number from ${low} to ${high}.`);
    return value;
  };
}

/** `90`, `1:30`, `1:02:03.5` → seconds. */
export function parseTime(text: string): number {
  const parts = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)$/.exec(text.trim());
  if (!parts) throw new InvalidArgumentError('Expected a time like 90, 1:30 or 1:02:03.5.');
  return Number(parts[1] ?? 0) * 3600 + Number(parts[2] ?? 0) * 60 + Number(parts[3]);
}

/** `24`, `24000/1001` or `23.976` → pictures a second; decimals near a film's or television's rate mean that one. */
export function parseRate(text: string): { num: number; den: number } {
  const parts = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim());
  const value = parts ? Number(parts[1]) / Number(parts[2]) : /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : NaN;
  if (!(value > 0 && value <= 1000))
    throw new InvalidArgumentError('Expected pictures a second like 24, 23.976 or 24000/1001.');
  if (parts) return { num: Number(parts[1]), den: Number(parts[2]) };
  if (Number.isInteger(value)) return { num: value, den: 1 };
  const whole = Math.round(value);
  if (Math.abs((whole * 1000) / 1001 - value) < 0.005) return { num: whole * 1000, den: 1001 };
  return { num: Math.round(value * 1000), den: 1000 };
}

/** `.json` or `.csv`. */
export function parseStatsPath(text: string): string {
  if (!/\.(json|csv)$/i.test(text)) throw new InvalidArgumentError('Expected a file that ends in .json or .csv.');
  return text;
}

/**
 * One request per input. Paths are relative to where the person stands.
 * @throws AppError `wrong-usage` for options that do not go together
 */
export function makeRequests(inputs: readonly string[], options: UpscaleOptions): UpscaleRequest[] {
  const { from = null, to = null, output, stats } = options;
  if (from !== null && to !== null && to <= from) {
    throw new AppError('wrong-usage', `expected --to after --from but got ${from} s to ${to} s`);
  }
  if (stats !== undefined && inputs.length > 1) {
    throw new AppError('wrong-usage', `expected one input with --stats but got ${inputs.length}`);
  }
  const place = placeOutput(output, inputs.length);
  return inputs.map((input) => ({
    inputPath: resolve(input),
    ...place,
    scale: options.scale === undefined ? null : Number(options.scale),
    model: modelPath(options.model),
    ...(options.quality === undefined ? {} : { quality: options.quality }),
    device: options.device,
    arithmetic: options.arithmetic ?? null,
    codec: options.codec,
    crf: options.crf,
    preset: options.preset,
    fromSeconds: from,
    toSeconds: to,
    ...(options.fps === undefined ? {} : { pictureRate: options.fps }),
    deinterlace: options.deinterlace,
    inverseTelecine: options.inverseTelecine ?? false,
    tolerateDamage: options.tolerateDamage ?? false,
    overwrite: options.overwrite ?? false,
    threads: options.threads ?? null,
    statsPath: stats === undefined ? null : resolve(stats),
    segmentFrames: SEGMENT_FRAMES,
    unfinished: options.restart ? 'restart' : 'continue',
  }));
}

/** A folder that exists, a name that ends in a slash, or several inputs make `--output` a folder. */
function placeOutput(
  output: string | undefined,
  inputs: number,
): { outputPath: string | null; outputFolder: string | null } {
  if (output === undefined) return { outputPath: null, outputFolder: null };
  const path = resolve(output);
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder || output.endsWith('/') || output.endsWith(sep)) return { outputPath: null, outputFolder: path };
  if (inputs === 1) return { outputPath: path, outputFolder: null };
  throw new AppError(
    'wrong-usage',
    `expected --output to be a folder that exists, for ${inputs} inputs, but got ${output}`,
  );
}

function modelPath(model: string | undefined): string | null {
  if (model === undefined) return null;
  return /[/\\]|\.onnx$/i.test(model) ? resolve(model) : model;
}
