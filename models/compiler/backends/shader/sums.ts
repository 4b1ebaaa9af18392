import type { ShaderType } from './dialect.ts';
import type { GpuGroup, GpuTap } from './gpu-network.ts';

/**
 * How a layer's products are summed: `float` in f32 (for int8 networks exact while sums stay below 2^24), `int` in
 * 32-bit integers, `dot` by the integer dot product of four bytes.
 */
export type SumKind = 'float' | 'int' | 'dot';

/** Types of a kind: of a sum, of four channels of input, and of a vector of weights in its buffer. */
export const SUM_TYPES = {
  float: { sum: 'vec4f', input: 'vec4f', scalar: 'f32', weights: 'vec4f', prefix: 'f' },
  int: { sum: 'vec4i', input: 'vec4i', scalar: 'i32', weights: 'vec4i', prefix: 'i' },
  dot: { sum: 'vec4i', input: 'u32', scalar: 'i32', weights: 'vec4u', prefix: 'd' },
} as const satisfies Record<SumKind, Record<'sum' | 'input' | 'scalar' | 'weights', ShaderType> & { prefix: string }>;

/** The largest integer up to which f32 sums are exact. */
const EXACT_IN_F32 = 2 ** 24;

/** @returns whether every partial sum of u8 codes and these weights is an exact f32 */
export function isExactInFloat(groups: readonly GpuGroup[]): boolean {
  return groups.every(({ taps }) =>
    [0, 1, 2, 3].every((o) => 255 * sumWeights(taps, (w) => Math.abs(w))[o]! < EXACT_IN_F32),
  );
}

/** @returns for each of the four outputs the sum over all weights */
export function sumWeights(taps: readonly GpuTap[], term: (weight: number) => number = (w) => w): number[] {
  const sums = [0, 0, 0, 0];
  for (const { columns } of taps) {
    for (const column of columns) column?.forEach((w, o) => (sums[o] = sums[o]! + term(w)));
  }
  return sums;
}

const LANES = 'xyzw';

/** The weights of one dispatch. All its layers sum in one way. */
export class WeightPool {
  readonly kind: SumKind;
  readonly #vectors: (readonly number[])[] = [];

  constructor(kind: SumKind) {
    this.kind = kind;
  }

  get length(): number {
    return this.#vectors.length;
  }

  /** @returns where the tap's weights begin */
  put(tap: GpuTap): number {
    const at = this.#vectors.length;
    const { columns } = tap;
    if (this.kind === 'dot' && tap.tensor !== 0) this.#vectors.push([0, 1, 2, 3].map((o) => packBytes(columns, o)));
    else this.#vectors.push(...columns.filter((column) => column !== null));
    return at;
  }

  bytes(): Uint8Array {
    const numbers = this.#vectors.flat();
    const words = this.kind === 'float' ? Float32Array.from(numbers) : Int32Array.from(numbers);
    return new Uint8Array(words.buffer);
  }
}

/** Form of a tap's statements: taps of one form differ in weights alone. */
export function formOf(kind: SumKind, { columns, tensor }: GpuTap): string {
  if (kind === 'dot' && tensor !== 0) return 'all';
  return columns.map((column) => (column === null ? '.' : 'x')).join('');
}

/**
 * Multiply-adds of one tap into `sum`.
 * @param at expression of where its weights begin
 * @param input names one channel of the input, or all four where `lane` is null
 */
export function sumTap(
  kind: SumKind,
  tap: GpuTap,
  { sum, at, input }: { sum: string; at: (offset: number) => string; input: (lane: number | null) => string },
): string[] {
  const { prefix } = SUM_TYPES[kind];
  const isPicture = tap.tensor === 0;
  if (!isPicture && (kind === 'dot' || tap.columns.every((column) => column !== null))) {
    return [`${sum} = ${prefix}4(${sum}, ${at(0)}, ${input(null)});`];
  }
  const lanes = [0, 1, 2, 3].filter((lane) => tap.columns[lane] !== null);
  return lanes.map((lane, i) => {
    const x = isPicture ? input(lane) : `${input(null)}.${LANES[lane]!}`;
    return `${sum} = ${prefix}1(${sum}, ${at(i)}, ${x});`;
  });
}

/** The s8 weights of four input channels to one output. */
function packBytes(columns: GpuTap['columns'], output: number): number {
  return columns.reduce((word, column, lane) => word | (((column?.[output] ?? 0) & 255) << (8 * lane)), 0);
}
