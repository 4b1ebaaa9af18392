/** Which encoder writes the output, and in which pixel format: the first that keeps all that the source has. Pure. */
import { PRESETS } from '../../core/codecs.ts';
import type { CodecChoice } from '../../core/codecs.ts';
import { AppError } from '../../core/errors.ts';
import type { OutputContainer } from '../../core/output-plan.ts';
import { findPixelFormat, pixelFormatInfo } from '../../core/pixel-format.ts';
import type { PixelFormat } from '../../core/pixel-format.ts';
import { CODEC_CONTAINERS } from './codec-containers.ts';
import type { EncoderSpec } from './encoders/spec.ts';
import { AUTO_ORDER, ENCODERS } from './encoders/table.ts';
import type { Capabilities } from './tools.ts';

export interface EncoderChoice {
  readonly spec: EncoderSpec;
  /** What frames carry on their way to the sink: the encoder's format at the source's depth. */
  readonly frameFormat: PixelFormat;
  readonly encodedFormat: PixelFormat;
  readonly notes: readonly string[];
}

export interface EncoderQuestion {
  readonly path: string;
  readonly codec: CodecChoice;
  /** The format of the source's frames, alpha included. */
  readonly format: PixelFormat;
  /** HDR needs a codec that can say so. */
  readonly isHdr: boolean;
  readonly crf: number;
  /** The container that the person named. */
  readonly container: OutputContainer | null;
}

/**
 * @throws AppError `input-unsupported` where no encoder of this ffmpeg keeps the source whole, `wrong-usage` where the one asked
 *   for does not work here
 */
export function chooseEncoder(question: EncoderQuestion, capabilities: Capabilities): EncoderChoice {
  if (question.codec !== 'auto') return obeyCodec(question, question.codec, capabilities);
  const { container, format, isHdr } = question;
  const order = isHdr ? AUTO_ORDER.filter((choice) => choice !== 'x264') : AUTO_ORDER;
  const specs = order.flatMap((choice) => ENCODERS.find((spec) => spec.choice === choice) ?? []);
  const fitting = specs.filter((spec) => container === null || CODEC_CONTAINERS[spec.codec].includes(container));
  for (const wanted of [format, ...withoutAlpha(format)]) {
    const lost = wanted === format ? [] : [alphaNote(container)];
    for (const spec of fitting) {
      const encodedFormat = findEncodedFormat(spec, wanted, capabilities);
      if (encodedFormat !== null && !(spec.choice === 'prores' && !isKeptByProRes(format)))
        return { spec, ...formatsOf(wanted, encodedFormat), notes: [...lost, ...noteChoice(spec, question)] };
    }
  }
  throw new AppError(
    'input-unsupported',
    `expected a pixel format that an encoder of ffmpeg ${capabilities.version} keeps but ${question.path} is ${format}` +
      (container === null ? '' : ` and the output is to be ${container}`),
  );
}

function obeyCodec(
  { path, format, codec, crf }: EncoderQuestion,
  choice: Exclude<CodecChoice, 'auto'>,
  capabilities: Capabilities,
): EncoderChoice {
  const spec = ENCODERS.find((candidate) => candidate.choice === choice);
  if (spec === undefined) throw new RangeError(`expected a known encoder but got ${codec}`);
  if (capabilities.encoders[spec.name] === undefined) {
    const works = ENCODERS.filter(({ name }) => capabilities.encoders[name] !== undefined).map((one) => one.choice);
    const message = `expected an encoder that works with ffmpeg ${capabilities.version} here (${works.join(', ')}) but got ${choice}`;
    throw new AppError('wrong-usage', message);
  }
  if (crf === 0 && !spec.canBeLossless) {
    const able = ENCODERS.filter((one) => one.canBeLossless && capabilities.encoders[one.name] !== undefined);
    const names = able.map((one) => one.choice).join(', ');
    throw new AppError('wrong-usage', `expected a lossless encoder for --crf 0 (${names}) but got ${choice}`);
  }
  for (const wanted of [format, ...withoutAlpha(format)]) {
    const encodedFormat = findEncodedFormat(spec, wanted, capabilities);
    if (encodedFormat === null) continue;
    const notes = wanted === format ? [] : ['The transparency of the source is left out: this codec has none.'];
    return { spec, ...formatsOf(wanted, encodedFormat), notes };
  }
  const kept = capabilities.encoders[spec.name]?.join(', ') ?? '';
  throw new AppError(
    'input-unsupported',
    `expected a pixel format that ${choice} keeps (${kept}) but ${path} is ${format}; leave --codec out`,
  );
}

/** Alpha goes last: everything else is kept first. */
function withoutAlpha(format: PixelFormat): PixelFormat[] {
  const info = pixelFormatInfo(format);
  const opaque = info.hasAlpha ? findPixelFormat({ ...info, hasAlpha: false }) : null;
  return opaque === null ? [] : [opaque];
}

function alphaNote(container: OutputContainer | null): string {
  const where = container === null ? 'no encoder here keeps it' : `no encoder here keeps it in a ${container} file`;
  return `The transparency of the source is left out: ${where}.`;
}

/** By itself ProRes is chosen for transparency like its own; for others FFV1 is exact. */
function isKeptByProRes(format: PixelFormat): boolean {
  return format === 'yuva444p10le' || format === 'yuva444p12le';
}

function noteChoice(spec: EncoderSpec, { format, isHdr }: EncoderQuestion): string[] {
  if (spec.choice === 'x264') return [];
  if (format === 'yuva444p12le')
    return ['The video is encoded with prores, which keeps transparency, with 10 bits of 12.'];
  const reason = isHdr ? 'the source is HDR' : `no encoder that comes first keeps ${format}`;
  return [`The video is encoded with ${spec.choice}, since ${reason}.`];
}

/** The encoder's format that holds all of `wanted`: itself, else the nearest with finer chroma or more bits. */
function findEncodedFormat(spec: EncoderSpec, wanted: PixelFormat, capabilities: Capabilities): PixelFormat | null {
  const works = capabilities.encoders[spec.name] ?? [];
  if (works.includes(wanted)) return wanted;
  const rank = (format: PixelFormat) => {
    const { bitDepth, chromaShiftX, chromaShiftY } = pixelFormatInfo(format);
    return bitDepth * 100 - chromaShiftX - chromaShiftY;
  };
  const nearest = works.filter((format) => holds(format, wanted)).sort((a, b) => rank(a) - rank(b))[0];
  // ffmpeg decodes ProRes 4444 to 12 bits and encodes 10.
  return nearest ?? (spec.choice === 'prores' && wanted === 'yuva444p12le' ? 'yuva444p10le' : null);
}

function holds(format: PixelFormat, wanted: PixelFormat): boolean {
  const [a, b] = [pixelFormatInfo(format), pixelFormatInfo(wanted)];
  if (a.hasAlpha !== b.hasAlpha || a.bitDepth < b.bitDepth || (a.family === 'rgb') !== (b.family === 'rgb'))
    return false;
  if (a.family === 'rgb') return true;
  if (b.family === 'gray') return true; // Grey has no chroma to lose.
  return a.family === 'yuv' && a.chromaShiftX <= b.chromaShiftX && a.chromaShiftY <= b.chromaShiftY;
}

/** Frames have the encoder's planes at the source's depth: the sink adds bits. */
function formatsOf(wanted: PixelFormat, encodedFormat: PixelFormat) {
  const { bitDepth } = pixelFormatInfo(wanted);
  const frameFormat = findPixelFormat({ ...pixelFormatInfo(encodedFormat), bitDepth });
  if (frameFormat === null) throw new RangeError(`expected ${encodedFormat} to exist at ${String(bitDepth)} bits`);
  return { frameFormat, encodedFormat };
}

/** @throws AppError `wrong-usage` */
export function checkPreset(preset: string): void {
  if ((PRESETS as readonly string[]).includes(preset)) return;
  throw new AppError('wrong-usage', `expected a preset out of ${PRESETS.join(', ')} but got "${preset}"`);
}
