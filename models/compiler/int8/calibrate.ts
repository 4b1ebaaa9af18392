import type { Graph, Quantisation, Tensor } from '../../ir/graph.ts';
import { interpret } from '../../ir/interpret.ts';

/** What was seen of one tensor. */
export interface ValueRange {
  readonly minimum: number;
  readonly maximum: number;
  /** Mean of each channel. */
  readonly means: readonly number[];
}

export interface CalibrationOptions {
  /**
   * Share of the numbers on each side that may be clipped, 0 for none. A few outliers otherwise take steps away from
   * all others.
   */
  readonly clippedShare: number;
}

/** Numbers kept per tensor and sample to find quantiles from. */
const KEPT = 8192;

/**
 * @param graph fused
 * @param samples pictures as the network gets them, `[1, channels, h, w]`
 * @returns what each layer's output ranges over, and the input's
 */
export function calibrate(
  graph: Graph,
  samples: readonly Tensor[],
  { clippedShare }: CalibrationOptions,
): ReadonlyMap<string, ValueRange> {
  const seen = new Map<string, Seen>();
  const note = (name: string, value: Tensor): void => {
    let entry = seen.get(name);
    if (entry === undefined) seen.set(name, (entry = new Seen(value.dims[1] ?? 0)));
    entry.add(value);
  };
  for (const sample of samples) {
    note(graph.input.name, sample);
    interpret(graph, sample, note);
  }
  return new Map([...seen].map(([name, entry]) => [name, entry.range(clippedShare)]));
}

/** @returns a scale and zero point that hold a range with 0 exactly on a code */
export function chooseQuantisation(range: { readonly minimum: number; readonly maximum: number }): Quantisation {
  const low = Math.min(0, range.minimum);
  const high = Math.max(0, range.maximum, low + 1e-6);
  const scale = Math.fround((high - low) / 255);
  return { scale, zeroPoint: Math.min(255, Math.max(0, Math.round(-low / scale))) };
}

/**
 * @returns a step of about that many numbers that meets every column of rows of `width` equally often: the borders of a
 *   small picture, where zeros are beside it, would otherwise count for more than they are
 */
function evenStep(wanted: number, width: number): number {
  let step = Math.max(1, Math.floor(wanted));
  while (commonDivisor(step, width) > 1) step += 1;
  return step;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

class Seen {
  readonly #kept: Float32Array[] = [];
  readonly #sums: Float64Array;
  #samples = 0;
  #minimum = Infinity;
  #maximum = -Infinity;

  constructor(channels: number) {
    this.#sums = new Float64Array(channels);
  }

  add({ dims, data }: Tensor): void {
    const perChannel = data.length / (dims[1] ?? 1);
    data.forEach((v, i) => {
      if (v < this.#minimum) this.#minimum = v;
      if (v > this.#maximum) this.#maximum = v;
      const channel = Math.floor(i / perChannel);
      this.#sums[channel] = this.#sums[channel]! + v;
    });
    this.#samples += perChannel;
    const step = evenStep(data.length / KEPT, dims.at(-1) ?? 1);
    this.#kept.push(data.filter((_, i) => i % step === 0));
  }

  range(clippedShare: number): ValueRange {
    const means = Array.from(this.#sums, (sum) => sum / this.#samples);
    if (clippedShare === 0) return { minimum: this.#minimum, maximum: this.#maximum, means };
    const all = new Float32Array(this.#kept.reduce((count, part) => count + part.length, 0));
    let at = 0;
    for (const part of this.#kept) {
      all.set(part, at);
      at += part.length;
    }
    all.sort();
    const rank = Math.floor(clippedShare * (all.length - 1));
    return { minimum: all[rank] ?? 0, maximum: all[all.length - 1 - rank] ?? 0, means };
  }
}
