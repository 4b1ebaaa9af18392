import { AppError } from '../../main/core/errors.ts';
import type { Shape } from './graph.ts';

/**
 * Numpy's broadcasting.
 * @throws AppError `model-invalid` when a dimension neither fits nor is 1
 */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    expect(x === y || x === 1 || y === 1, 'shapes that broadcast', [a, b]);
    return x === 1 ? y : x;
  });
}

/** @throws AppError `model-invalid` unless it has four dimensions */
export function picture(shape: Shape | undefined): Shape {
  expect(shape?.length === 4, 'four dimensions', [shape]);
  return shape;
}

/** @throws AppError `model-invalid` unless every dimension has a sample */
export function positive(shape: Shape): Shape {
  expect(
    shape.every((d) => d > 0),
    'an output with at least one sample',
    [shape],
  );
  return shape;
}

/** @throws AppError `model-invalid`: expected `wanted` but got the shapes */
export function expect(fine: boolean, wanted: string, got: readonly (Shape | undefined)[]): asserts fine {
  if (fine) return;
  const shapes = got.map((s) => (s === undefined ? 'nothing' : `[${s.join(', ')}]`)).join(' and ');
  throw new AppError('model-invalid', `expected ${wanted} but got ${shapes}`);
}
