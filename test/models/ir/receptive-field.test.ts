import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OnnxNode, OnnxTensor } from '../../../models/format/onnx.ts';
import type { Graph } from '../../../models/ir/graph.ts';
import { importOnnx } from '../../../models/ir/import-onnx.ts';
import { interpret } from '../../../models/ir/interpret.ts';
import { receptiveField } from '../../../models/ir/receptive-field.ts';
import { floats, net, op, srNet } from '../../helpers/onnx-net.ts';

/** What changes in the output, in input samples from the one that was changed, when all weights are positive. */
function measuredReach(graph: Graph, scale: number): number {
  const size = 41;
  const centre = 20;
  const flat = { dims: [1, 1, size, size], data: new Float32Array(size * size).fill(1) };
  const bumped = { ...flat, data: flat.data.slice() };
  bumped.data[centre * size + centre] = 3;
  const a = interpret(graph, flat);
  const b = interpret(graph, bumped);
  const width = a.dims[3] ?? 0;
  let reach = 0;
  a.data.forEach((v, i) => {
    if (v === b.data[i]) return;
    const y = Math.floor(Math.floor(i / width) / scale);
    const x = Math.floor((i % width) / scale);
    reach = Math.max(reach, Math.abs(y - centre), Math.abs(x - centre));
  });
  return reach;
}

type Layer = { kind: 'conv'; kernel: number } | { kind: 'resize'; mode: string; coordinates: string };

/** A chain of convs with kernels of positive weights and one resize by 2 in between. */
function chain(layers: readonly Layer[]): Graph {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [floats('scales', [4], [1, 1, 2, 2])];
  let value = 'x';
  layers.forEach((layer, i) => {
    const output = i === layers.length - 1 ? 'y' : `v${i}`;
    if (layer.kind === 'conv') {
      const k = layer.kernel;
      initializers.push(floats(`w${i}`, [1, 1, k, k], new Array<number>(k * k).fill(1 / (k * k))));
      nodes.push(op('Conv', [value, `w${i}`], output, { auto_pad: 'SAME_UPPER' }));
    } else {
      const attributes = { mode: layer.mode, coordinate_transformation_mode: layer.coordinates };
      nodes.push(op('Resize', [value, '', 'scales'], output, attributes));
    }
    value = output;
  });
  return importOnnx(net({ nodes, initializers }));
}

const convLayer = fc.constantFrom(1, 2, 3, 5).map((kernel): Layer => ({ kind: 'conv', kernel }));
const resizeLayer = fc
  .tuple(fc.constantFrom('nearest', 'linear', 'cubic'), fc.constantFrom('half_pixel', 'asymmetric'))
  .map(([mode, coordinates]): Layer => ({ kind: 'resize', mode, coordinates }));

describe('receptiveField', () => {
  it('of plain nets is one more than twice the layers', () => {
    expect(receptiveField(importOnnx(srNet({ depth: 1 })))).toBe(7);
    expect(receptiveField(importOnnx(srNet({ depth: 4, scale: 4 })))).toBe(13);
  });

  it('is never smaller than what a changed sample changes, and at most a sample larger a layer', () => {
    const layers = fc.tuple(fc.array(convLayer, { maxLength: 2 }), resizeLayer, fc.array(convLayer, { maxLength: 2 }));
    fc.assert(
      fc.property(layers, ([before, resize, after]) => {
        const graph = chain([...before, resize, ...after]);
        const halo = (receptiveField(graph) - 1) / 2;
        const reach = measuredReach(graph, 2);
        expect(halo).toBeGreaterThanOrEqual(reach);
        expect(halo).toBeLessThanOrEqual(reach + 1 + after.length);
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});
