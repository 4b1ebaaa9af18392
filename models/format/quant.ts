import { AppError } from '../../main/core/errors.ts';

/** The integers of one output channel of a hidden int8 layer; see quant.md. */
export interface HiddenRequantisation {
  readonly shift: number;
  readonly mPos: number;
  readonly mNeg: number;
  /** 0 where nothing is added. */
  readonly aBefore: number;
  readonly aAfter: number;
}

/** Scales of one output channel. `addBefore` and `addAfter` are the scales of the added tensors, null where there is none. */
export interface HiddenScales {
  readonly input: number;
  readonly weight: number;
  readonly output: number;
  /** PReLU's slope: 0 for ReLU, 1 for no activation. */
  readonly slope: number;
  readonly addBefore: number | null;
  readonly addAfter: number | null;
}

/**
 * @returns the integers of quant.md, "Hidden layer"
 * @throws AppError `model-unsupported` when a scale lies outside what the integers can say
 */
export function requantiseHidden(scales: HiddenScales): HiddenRequantisation {
  const product = scales.input * scales.weight;
  const multiplier = product / scales.output;
  const fraction = scales.addAfter === null ? 0 : 3;
  let shift = 0;
  while (shift < 24 && multiplier * Math.max(1, Math.abs(scales.slope)) * 2 ** (shift + 1) <= 1 / 8) shift++;
  const unit = multiplier * 2 ** (shift + 15 + fraction);
  if (shift === 0 && roundAway(unit) > 32767) refuse('a requantising multiplier', multiplier);
  return {
    shift,
    mPos: Math.min(32767, roundAway(unit)),
    mNeg: Math.min(32767, Math.max(-32767, roundAway(scales.slope * unit))),
    aBefore: scales.addBefore === null ? 0 : within16((scales.addBefore / product) * 2 ** (8 - shift)),
    aAfter: scales.addAfter === null ? 0 : within16((scales.addAfter / scales.output) * 2 ** (8 + fraction)),
  };
}

/** The integers of one output channel of the last int8 layer; see quant.md. */
export interface LastRequantisation {
  readonly split: number;
  readonly m: number;
  /** 0 where nothing is added. */
  readonly aLast: number;
}

/**
 * @param scales `add` is the scale of the added tensor, null where there is none
 * @param codesPerUnit output codes of one unit of the network's value: (2^bitDepth - 1) / inputMaximum
 * @returns the integers of quant.md, "Last layer"
 * @throws AppError `model-unsupported` when a scale lies outside what the integers can say
 */
export function requantiseLast(
  scales: { readonly input: number; readonly weight: number; readonly add: number | null },
  codesPerUnit: number,
  bitDepth: number,
): LastRequantisation {
  const product = scales.input * scales.weight;
  const unit = product * codesPerUnit * 2 ** fractionBitsOf(bitDepth);
  if (roundAway(unit) > 32767) refuse('the last layer’s multiplier', unit);
  let split = 0;
  while (split < 15 && roundAway(unit * 2 ** (split + 1)) <= 32767) split++;
  const aLast = scales.add === null ? 0 : roundAway(scales.add / product);
  if (aLast > 2 ** 18) refuse('the scale of the tensor added to the last layer', aLast);
  return { split, m: roundAway(unit * 2 ** split), aLast };
}

/** @returns G of quant.md: fraction bits of the last layer's fixed point. */
export function fractionBitsOf(bitDepth: number): number {
  return Math.max(8, 20 - bitDepth);
}

/** @returns the u8 code the net gets for a sample of `bitDepth` bits. */
export function quantiseSample(sample: number, bitDepth: number): number {
  const full = 2 ** bitDepth - 1;
  return Math.floor((510 * sample + full) / (2 * full));
}

/** Nearest integer, ties away from zero. */
export function roundAway(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
}

function within16(value: number): number {
  const rounded = roundAway(value);
  if (Math.abs(rounded) > 32767) refuse('the scale of an added tensor', value);
  return rounded;
}

function refuse(what: string, value: number): never {
  throw new AppError('model-unsupported', `expected ${what} that fits the integers of quant.md but got ${value}`);
}
