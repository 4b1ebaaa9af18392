import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../main/core/errors.ts';
import { countMacs, countMacs720p, countParameters } from '../../../models/ir/cost.ts';
import type { Graph } from '../../../models/ir/graph.ts';
import { importOnnx } from '../../../models/ir/import-onnx.ts';
import { interpret } from '../../../models/ir/interpret.ts';
import { printGraph } from '../../../models/ir/print.ts';
import { inferShapes, verifyGraph } from '../../../models/ir/verify.ts';
import { floats, net, op, srNet } from '../../helpers/onnx-net.ts';

function messageOf(action: () => unknown): string {
  try {
    action();
    return 'accepted';
  } catch (error) {
    return isAppError(error) ? `${error.code}: ${error.message}` : `another error: ${String(error)}`;
  }
}

const relu: Graph = {
  name: 'g',
  input: { name: 'x', channels: 1, height: null, width: null },
  output: 'y',
  constants: {},
  nodes: [{ op: 'Relu', name: 'r', inputs: ['x'], output: 'y', attributes: {} }],
};

describe('importOnnx', () => {
  it('names an op that is not known', () => {
    const model = net({ nodes: [op('Einsum', ['x'], 'y')] });
    expect(messageOf(() => importOnnx(model))).toMatch(/^model-unsupported: .*'Einsum'/);
  });

  it('names the form of an op that is not known', () => {
    const strided = net({
      nodes: [op('Conv', ['x', 'w'], 'y', { strides: [2, 2] })],
      initializers: [floats('w', [1, 1, 1, 1], [1])],
    });
    expect(messageOf(() => importOnnx(strided))).toMatch(/^model-unsupported: .*'y' \(Conv\).*strides 2x2/);
    const half = net({
      nodes: [op('Resize', ['x', '', 's'], 'y', { coordinate_transformation_mode: 'align_corners', mode: 'linear' })],
      initializers: [floats('s', [4], [1, 1, 2, 2])],
    });
    expect(messageOf(() => importOnnx(half))).toContain("'align_corners'");
  });

  it('refuses an own domain under a standard name', () => {
    const node = { ...op('Relu', ['x'], 'y'), domain: 'com.example' };
    expect(messageOf(() => importOnnx(net({ nodes: [node] })))).toContain("'com.example.Relu'");
  });

  it('leaves out what does not reach the output', () => {
    const graph = importOnnx(net({ nodes: [op('Tanh', ['x'], 'dead'), op('Relu', ['x'], 'y')] }));
    expect(graph.nodes.map((n) => n.op)).toEqual(['Relu']);
  });

  it('keeps a fixed size and refuses an input of three dimensions', () => {
    const fixed = net({ nodes: [op('Relu', ['x'], 'y')], size: { height: 5, width: 9 } });
    expect(importOnnx(fixed).input).toEqual({ name: 'x', channels: 1, height: 5, width: 9 });
    const flat = { ...fixed, graph: { ...fixed.graph, inputs: [{ name: 'x', dataType: 'float', dims: [1, 5, 9] }] } };
    expect(messageOf(() => importOnnx(flat as typeof fixed))).toContain('[1, 5, 9]');
  });
});

describe('verifyGraph', () => {
  it('accepts a small graph', () => {
    expect(verifyGraph(relu)).toBe(relu);
  });

  it.each<[string, Partial<Graph>, string]>([
    ['an input nobody makes', { nodes: [{ ...relu.nodes[0], inputs: ['z'] } as Graph['nodes'][0]] }, "value 'z'"],
    ['an output nobody makes', { output: 'q' }, "output 'q'"],
    ['a value made twice', { nodes: [...relu.nodes, ...relu.nodes] }, "'y', which is defined already"],
    ['too many inputs', { nodes: [{ ...relu.nodes[0], inputs: ['x', 'x'] } as Graph['nodes'][0]] }, '1 to 1 inputs'],
    ['a constant of another length', { constants: { w: { dims: [2], data: new Float32Array(3) } } }, "constant 'w'"],
    [
      'shapes that do not fit',
      {
        nodes: [
          { op: 'DepthToSpace', name: 'd', inputs: ['x'], output: 'y', attributes: { blockSize: 2, mode: 'CRD' } },
        ],
      },
      "node 'd' (DepthToSpace): expected a multiple of 4 channels but got [1, 1, 48, 48]",
    ],
  ])('refuses %s', (_, change, message) => {
    expect(messageOf(() => verifyGraph({ ...relu, ...change }))).toContain(message);
  });

  it('refuses weights for another number of channels', () => {
    const wrong = net({
      nodes: [op('Conv', ['x', 'w'], 'y')],
      initializers: [floats('w', [1, 2, 1, 1], [1, 1])],
    });
    expect(messageOf(() => importOnnx(wrong))).toBe(
      "model-invalid: node 'y' (Conv): expected weights for 1 channels in 1 group(s) but got [1, 2, 1, 1]",
    );
  });
});

describe('a super-resolution net', () => {
  const graph = importOnnx(srNet({ scale: 3, channels: 4, depth: 0 }));

  it('has shapes for any size', () => {
    expect(inferShapes(graph, { height: 5, width: 7 }).get('y')).toEqual([1, 1, 15, 21]);
  });

  it('is counted', () => {
    const weights = 4 * 9 + 9 * 4 * 9;
    expect(countParameters(graph)).toBe(weights + 4 + 4 + 9);
    expect(countMacs(graph, { height: 10, width: 20 })).toBe(weights * 200);
    expect(countMacs720p(graph, 3)).toBe(weights * 102_400);
  });

  it('prints', () => {
    expect(printGraph(graph, { height: 2, width: 3 })).toBe(`graph net (x: [1, 1, H, W])
  c0 = Conv(x, w0[4, 1, 3, 3], b0[4]) {pads=[1,1,1,1] dilations=[1,1] group=1} : [1, 4, 2, 3]
  a0 = PRelu(c0, s0[4, 1, 1]) : [1, 4, 2, 3]
  c1 = Conv(a0, w1[9, 4, 3, 3], b1[9]) {pads=[1,1,1,1] dilations=[1,1] group=1} : [1, 9, 2, 3]
  d = DepthToSpace(c1) {blockSize=3 mode="CRD"} : [1, 1, 6, 9]
  base = Resize(x) {scale=3 mode="nearest" coordinates="asymmetric" nearestMode="floor" cubicA=-0.75 excludeOutside=false} : [1, 1, 6, 9]
  y = Add(d, base) : [1, 1, 6, 9]
  return y
`);
  });

  it('refuses an input that does not fit', () => {
    const input = { dims: [1, 3, 2, 2], data: new Float32Array(12) };
    expect(messageOf(() => interpret(graph, input))).toContain('expected an input [1, 1, H, W] but got [1, 3, 2, 2]');
  });
});
