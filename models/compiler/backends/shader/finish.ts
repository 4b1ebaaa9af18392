import { fractionBitsOf } from '../../../format/quant.ts';
import { floatLiteral, floatVector, intVector } from './dialect.ts';
import type { Dialect } from './dialect.ts';
import type { GpuGroup } from './gpu-network.ts';

type Finish<K extends GpuGroup['finish']['kind']> = Extract<GpuGroup['finish'], { kind: K }>;

/** Expressions of what is added: vec4f values, or vec4i codes less their zero point; null where nothing is. */
export interface Added {
  readonly before: string | null;
  readonly after: string | null;
}

/** Activation and sums of a hidden layer in floats: an expression of type vec4f. `sum` has the bias in it. */
export function finishFloat({ slope }: Finish<'f32'>, name: string, added: Added, dialect: Dialect): string[] {
  const { before, after } = added;
  const total = before === null ? name : `(${name} + ${before})`;
  const active = slope.every((s) => s === 1)
    ? total
    : slope.every((s) => s === 0)
      ? `max(${total}, vec4f(0.0))`
      : `max(${total}, vec4f(0.0)) + ${floatVector(slope)} * min(${total}, vec4f(0.0))`;
  return [dialect.constant('vec4f', `y_${name}`, after === null ? active : `${active} + ${after}`)];
}

/**
 * quant.md, "Hidden layer": statements that make the codes `y_${name}` (vec4i) of the integer sum `acc`.
 * mulh(0, m) is 0, so that the two sides of the activation can be added.
 */
export function finishCodes(
  { shift, mPos, mNeg, aBefore, aAfter }: Finish<'hidden'>,
  { name, acc, zeroPoint, added, dialect }: CodesRequest,
): string[] {
  const fraction = added.after === null ? 0 : 3;
  const [t, r] = [`t_${name}`, `r_${name}`];
  const half = intVector(shift.map((s) => (s > 0 ? 2 ** (s - 1) : 0)));
  const unsigned = `vec4u(${shift.map((s) => `${s}u`).join(', ')})`;
  const lines = [dialect.variable('vec4i', t, `sat16((${acc} + ${half}) >> ${unsigned})`)];
  const raised = (codes: string): string => `(${codes}) * vec4i(128)`;
  if (added.before !== null) {
    lines.push(`${t} = sat16(${t} + mulh(${raised(added.before)}, ${intVector(aBefore)}));`);
  }
  const positive = `mulh(max(${t}, vec4i(0)), ${intVector(mPos)})`;
  const isLinear = mPos.every((m, i) => m === mNeg[i]);
  const isRelu = mNeg.every((m) => m === 0);
  const active = isLinear
    ? `mulh(${t}, ${intVector(mPos)})`
    : isRelu
      ? positive
      : `${positive} + mulh(min(${t}, vec4i(0)), ${intVector(mNeg)})`;
  lines.push(dialect.variable('vec4i', r, active));
  if (added.after !== null) lines.push(`${r} = sat16(${r} + mulh(${raised(added.after)}, ${intVector(aAfter)}));`);
  const offset = (zeroPoint << fraction) + (fraction > 0 ? 4 : 0);
  const scaled = `sat16(${r} + vec4i(${offset}))${fraction > 0 ? ` >> vec4u(${fraction}u)` : ''}`;
  lines.push(dialect.constant('vec4i', `y_${name}`, `clamp(${scaled}, vec4i(0), vec4i(255))`));
  return lines;
}

interface CodesRequest {
  readonly name: string;
  readonly acc: string;
  readonly zeroPoint: number;
  readonly added: Added;
  readonly dialect: Dialect;
}

/** The last layer in floats: the output's samples `y_${name}` (vec4i), clamped, then half up. `base` is a vec4f or null. */
export function finishFloatSamples(
  name: string,
  added: string | null,
  base: string | null,
  { full, inputMaximum, dialect }: { full: number; inputMaximum: number; dialect: Dialect },
): string[] {
  const total = added === null ? name : `(${name} + ${added})`;
  const value = `${total} * ${floatLiteral(full / inputMaximum)}`;
  const whole = base === null ? value : `${base} + ${value}`;
  const clamped = `clamp(${whole}, vec4f(0.0), vec4f(${full}.0))`;
  return [dialect.constant('vec4i', `y_${name}`, `vec4i(floor(${clamped} + vec4f(0.5)))`)];
}

/** quant.md, "Last layer": the output's samples `y_${name}` (vec4i). `base` is a vec4i or null. */
export function finishCodesSamples(
  { split, m, aLast }: Finish<'last'>,
  {
    name,
    acc,
    added,
    base,
    bitDepth,
    dialect,
  }: Omit<CodesRequest, 'added' | 'zeroPoint'> & { added: string | null; base: string | null; bitDepth: number },
): string[] {
  const [sum, low] = [`t_${name}`, `r_${name}`];
  const fraction = fractionBitsOf(bitDepth);
  const total = added === null ? acc : `${acc} + (${added}) * ${intVector(aLast)}`;
  const [least, most] = [split.map((s) => -(2 ** (15 + s))), split.map((s) => 2 ** (15 + s) - 1)];
  const shift = `vec4u(${split.map((s) => `${s}u`).join(', ')})`;
  const factor = intVector(m);
  const rest = `((${low} * ${factor}) >> ${shift})`;
  const raised = base === null ? '' : `(${base} << vec4u(${fraction}u)) + `;
  const value = `${raised}(${sum} >> ${shift}) * ${factor} + ${rest} + vec4i(${2 ** (fraction - 1)})`;
  return [
    dialect.constant('vec4i', sum, `clamp(${total}, ${intVector(least)}, ${intVector(most)})`),
    dialect.constant('vec4i', low, `${sum} & ${intVector(split.map((s) => 2 ** s - 1))}`),
    dialect.constant(
      'vec4i',
      `y_${name}`,
      `clamp((${value}) >> vec4u(${fraction}u), vec4i(0), vec4i(${2 ** bitDepth - 1}))`,
    ),
  ];
}
