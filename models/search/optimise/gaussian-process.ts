import { hammingDistance } from './features.ts';
import type { Genes } from './features.ts';

/** One evaluated encoding. */
export interface Sample {
  readonly genes: Genes;
  /** Multiply-adds that are left, any unit: quality follows their logarithm. */
  readonly cost: number;
  readonly value: number;
}

export interface Prediction {
  readonly mean: number;
  readonly deviation: number;
}

const LENGTHS = [2, 4, 8] as const;
const NOISES = [0.03, 0.1, 0.3] as const;

/**
 * A Gaussian process over a line in log cost, its kernel exp(-d / length) of the Hamming distance d over active genes.
 * Length and noise are the ones under which the samples are most likely.
 */
export class GaussianProcess {
  readonly #samples: readonly Sample[];
  readonly #line: readonly [offset: number, slope: number];
  readonly #variance: number;
  readonly #length: number;
  readonly #factor: Float64Array[];
  readonly #weights: Float64Array;

  constructor(samples: readonly Sample[]) {
    this.#samples = samples;
    this.#line = fitLine(samples.map((s) => [Math.log(s.cost), s.value]));
    const rest = samples.map((s) => s.value - this.#trend(s.cost));
    this.#variance = rest.reduce((sum, r) => sum + r * r, 0) / rest.length + 1e-12;
    const scaled = rest.map((r) => r / Math.sqrt(this.#variance));
    const distances = samples.map((a) => samples.map((b) => hammingDistance(a.genes, b.genes)));
    const fits = LENGTHS.flatMap((length) => NOISES.map((noise) => fit(distances, scaled, length, noise)));
    const best = fits.reduce((a, b) => (b.likelihood > a.likelihood ? b : a));
    this.#length = best.length;
    this.#factor = best.factor;
    this.#weights = best.weights;
  }

  predict(genes: Genes, cost: number): Prediction {
    const k = this.#samples.map((s) => Math.exp(-hammingDistance(s.genes, genes) / this.#length));
    const mean = k.reduce((sum, v, i) => sum + v * this.#weights[i]!, 0);
    const z = forward(this.#factor, k);
    const left = Math.max(1e-9, 1 - z.reduce((sum, v) => sum + v * v, 0));
    const spread = Math.sqrt(this.#variance);
    return { mean: this.#trend(cost) + spread * mean, deviation: spread * Math.sqrt(left) };
  }

  #trend(cost: number): number {
    return this.#line[0] + this.#line[1] * Math.log(cost);
  }
}

/** Least squares; flat where all abscissae are one. */
function fitLine(points: readonly (readonly [number, number])[]): [offset: number, slope: number] {
  const n = points.length;
  const [mx, my] = [0, 1].map((axis) => points.reduce((sum, p) => sum + p[axis as 0 | 1], 0) / n) as [number, number];
  const sxx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  const sxy = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  const slope = sxx < 1e-9 ? 0 : sxy / sxx;
  return [my - slope * mx, slope];
}

function fit(distances: readonly (readonly number[])[], y: readonly number[], length: number, noise: number) {
  const n = y.length;
  const factor = cholesky(
    distances.map((row, i) => row.map((d, j) => Math.exp(-d / length) * (1 - noise) + (i === j ? noise : 0))),
  );
  const z = forward(factor, y);
  const weights = backward(factor, z).map((w) => w * (1 - noise));
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += Math.log(factor[i]![i]!);
  const likelihood = -0.5 * z.reduce((sum, v) => sum + v * v, 0) - logDeterminant;
  return { length, factor, weights, likelihood };
}

/** @returns the lower triangle L of a positive matrix L L^T */
function cholesky(matrix: readonly (readonly number[])[]): Float64Array[] {
  const lower = matrix.map((_, i) => new Float64Array(i + 1));
  matrix.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      let sum = row[j]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      lower[i]![j] = i === j ? Math.sqrt(Math.max(sum, 1e-9)) : sum / lower[j]![j]!;
    }
  });
  return lower;
}

/** Solves L z = y. */
function forward(lower: readonly Float64Array[], y: readonly number[]): Float64Array {
  const z = new Float64Array(y.length);
  for (let i = 0; i < y.length; i++) {
    let sum = y[i]!;
    for (let k = 0; k < i; k++) sum -= lower[i]![k]! * z[k]!;
    z[i] = sum / lower[i]![i]!;
  }
  return z;
}

/** Solves L^T x = z. */
function backward(lower: readonly Float64Array[], z: Float64Array): Float64Array {
  const x = z.slice();
  for (let i = x.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < x.length; k++) x[i]! -= lower[k]![i]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  return x;
}
