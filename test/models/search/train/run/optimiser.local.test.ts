import { beforeAll, describe, expect, it } from 'vitest';
import { sizeOf } from '../../../../../models/search/train/autodiff/tensor.ts';
import type { NetConfig } from '../../../../../models/search/train/net/config.ts';
import { parameterLayout } from '../../../../../models/search/train/net/parameters.ts';
import type { ParameterEntry } from '../../../../../models/search/train/net/parameters.ts';
import type { Optimiser } from '../../../../../models/search/train/run/optimiser.ts';
import { GraphSession } from '../../../../../models/search/train/run/session.ts';
import { createState } from '../../../../../models/search/train/run/state.ts';
import { buildUpdate } from '../../../../../models/search/train/run/step-graph.ts';
import { gaussian, uniform } from '../../../../../models/search/train/random.ts';

const NET: NetConfig = {
  ...{ scale: 2, channels: 8, activation: 'prelu', block: 'edge', longSkip: true, base: 'nearest', quantize: false },
  // Wider than high, and higher than wide: a matrix is turned before it is worked on.
  ...{ hiddenLayers: 2, kernels: [3, 3, 1, 3], cells: [{ block: 'wide', width: 8, expansion: 3 }] },
};
const RATE = 1e-3;

type Matrix = number[][];

const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
const turned = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));

/** The nearest matrix with orthonormal rows, in f64 by the slow iteration that converges to it. */
function polarFactor(matrix: Matrix): Matrix {
  const norm = Math.hypot(...matrix.flat());
  let x = matrix.map((row) => row.map((value) => value / norm));
  for (let i = 0; i < 100; i++) {
    const cube = times(times(x, turned(x)), x);
    x = x.map((row, r) => row.map((value, c) => 1.5 * value - 0.5 * cube[r]![c]!));
  }
  return x;
}

interface Updated {
  readonly p: Float32Array;
  readonly moved: Float32Array;
  readonly m2: Float32Array;
}

async function update(optimiser: Optimiser): Promise<Updated> {
  const schedule = { rate: 0, warmupSteps: 0, patch: 8, decayPatch: 8 };
  const { vectors } = createState({ net: NET, seed: 5, batch: 1, loss: 'l1', schedule, averageDecay: 0 }, 1);
  const size = vectors.p.length;
  const vector = (data: Float32Array) => ({ dims: [data.length], data });
  const model = buildUpdate(NET, optimiser);
  const merged = sizeOf(model.graph.inputs.find(({ name }) => name === 'gradient')!.dims as number[]);
  const session = await GraphSession.open(model);
  try {
    const { p2, m2 } = await session.run({
      p: vector(vectors.p),
      m: vector(Float32Array.from({ length: size }, (_, i) => 1e-3 * gaussian(1, i))),
      v: vector(Float32Array.from({ length: size }, (_, i) => 1e-6 * uniform(2, i))),
      average: vector(vectors.p),
      decay: vector(new Float32Array(size)),
      mask: vector(vectors.mask),
      rates: vector(Float32Array.of(RATE, RATE, 0.9)),
      gradient: vector(Float32Array.from({ length: merged }, (_, i) => 1e-3 * gaussian(3, i))),
    });
    return { p: vectors.p, moved: p2!.data.map((value, i) => vectors.p[i]! - value), m2: m2!.data };
  } finally {
    await session.close();
  }
}

describe('Muon', () => {
  let [adam, muon] = [] as unknown as [Updated, Updated];
  const layout = parameterLayout(NET);
  const last = layout.entries.at(-1)!.layer;
  const isMatrix = ({ layer, maskStart }: ParameterEntry): boolean => layer > 0 && layer < last && maskStart !== null;
  const partOf = (data: Float32Array, { start, shape }: ParameterEntry): number[] =>
    Array.from(data.subarray(start, start + sizeOf(shape)));

  beforeAll(async () => {
    [adam, muon] = [await update('adam'), await update('muon')];
  });

  it.each(layout.entries.filter(isMatrix).map((entry) => [entry.name, entry] as const))(
    'moves %s along the nearest orthogonal matrix of its momentum, by as much as Adam would',
    (_, entry) => {
      const rows = entry.shape[0]!;
      const asMatrix = (flat: number[]): Matrix => {
        const columns = flat.length / rows;
        const matrix = Array.from({ length: rows }, (__, r) => flat.slice(r * columns, (r + 1) * columns));
        return rows > columns ? turned(matrix) : matrix;
      };
      const move = asMatrix(partOf(muon.moved, entry));
      const nearest = polarFactor(asMatrix(partOf(muon.m2, entry)));
      const size = RATE * 0.2 * Math.sqrt(Math.max(move.length, move[0]!.length));
      // Singular values about 1 times the size, and the singular vectors of the momentum: then this product is symmetric,
      // and its diagonal and eigenvalues lie in the range that the five iterations leave.
      const product = times(move, turned(nearest)).map((row) => row.map((value) => value / size));
      for (let i = 0; i < product.length; i++) {
        expect(product[i]![i]).toBeGreaterThan(0.6);
        expect(product[i]![i]).toBeLessThan(1.3);
        for (let j = 0; j < i; j++) expect(product[i]![j]).toBeCloseTo(product[j]![i]!, 2);
      }
      const meanSquare = (flat: number[]): number => flat.reduce((sum, x) => sum + x * x, 0) / flat.length;
      expect(Math.sqrt(meanSquare(move.flat())) / RATE).toBeGreaterThan(0.1);
      expect(Math.sqrt(meanSquare(move.flat())) / RATE).toBeLessThan(0.3);
    },
  );

  it('leaves the first and the last layer, biases, slopes and the other branches to Adam', () => {
    const others = layout.entries.filter((entry) => !isMatrix(entry));
    expect(others.length).toBeGreaterThan(10);
    for (const entry of others) expect(partOf(muon.moved, entry), entry.name).toEqual(partOf(adam.moved, entry));
  });

  it('keeps the same moments as Adam, so that a training can go on with either', () => {
    expect(muon.m2).toEqual(adam.m2);
  });
});
