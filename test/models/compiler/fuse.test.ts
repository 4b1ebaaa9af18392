import { describe, expect, it } from 'vitest';
import { fuseGraph, PASSES } from '../../../models/compiler/passes/fuse.ts';
import { listLayers } from '../../../models/compiler/backends/layers.ts';
import type { Graph } from '../../../models/ir/graph.ts';
import { importOnnx } from '../../../models/ir/import-onnx.ts';
import { interpret } from '../../../models/ir/interpret.ts';
import { verifyGraph } from '../../../models/ir/verify.ts';
import { randomNumbers } from '../../helpers/onnx-net.ts';
import { randomNet } from '../../helpers/random-net.ts';

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);

function largestDifference(a: Float32Array, b: Float32Array): number {
  const largest = Math.max(1, ...a.map(Math.abs));
  return Math.max(...a.map((v, i) => Math.abs(v - b[i]!))) / largest;
}

describe('passes', () => {
  it.each(SEEDS)('leave the value of random network %i as it is, each one', (seed) => {
    let graph: Graph = importOnnx(randomNet(seed));
    const dims = [1, graph.input.channels, 6, 5];
    const input = { dims, data: randomNumbers(graph.input.channels * 30, seed).map((v) => (v + 1) / 2) };
    let before = interpret(graph, input);
    for (const pass of PASSES) {
      graph = verifyGraph(pass.run(graph, { inputMaximum: 1 }));
      const after = interpret(graph, input);
      expect(after.dims).toEqual(before.dims);
      expect(largestDifference(before.data, after.data), pass.name).toBeLessThan(3e-6);
      before = after;
    }
  });

  it.each(SEEDS)('leave nothing but layers of random network %i', (seed) => {
    const graph = importOnnx(randomNet(seed));
    const fused = fuseGraph(graph, { inputMaximum: 1 });
    const known = ['FusedConv', 'FusedOutput', 'Concat'];
    expect(fused.nodes.filter((n) => !known.includes(n.op))).toEqual([]);
    const { layers } = listLayers(fused);
    expect(layers.length).toBeGreaterThan(1);
  });
});
