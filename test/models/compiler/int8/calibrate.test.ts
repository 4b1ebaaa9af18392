import { expect, it } from 'vitest';
import { calibrate } from '../../../../models/compiler/int8/calibrate.ts';
import type { Graph } from '../../../../models/ir/graph.ts';

/** Nothing but an input: what is seen of that is what is asked about here. */
const GRAPH: Graph = {
  name: 'nothing',
  input: { name: 'x', channels: 1, height: null, width: null },
  output: 'x',
  nodes: [],
  constants: {},
};

/** One picture of zeros, but for one column of ones. */
function withColumn(width: number, height: number, column: number) {
  const data = Float32Array.from({ length: width * height }, (_, i) => (i % width === column ? 1 : 0));
  return { dims: [1, 1, height, width], data };
}

// A step of 9 numbers would meet every third column of 48 only, of 1536 rows.
it.each([0, 1, 2, 23, 47])('sees column %i as often as any other', (column) => {
  const rangeAt = (clippedShare: number) => calibrate(GRAPH, [withColumn(48, 1536, column)], { clippedShare }).get('x');
  expect(rangeAt(0)).toMatchObject({ minimum: 0, maximum: 1 });
  // The column holds 2.1 % of the numbers.
  expect(rangeAt(0.019)?.maximum).toBe(1);
  expect(rangeAt(0.023)?.maximum).toBe(0);
});
