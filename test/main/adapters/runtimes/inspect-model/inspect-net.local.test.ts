import { describe, expect, it } from 'vitest';
import { inspectNet } from '../../../../../main/adapters/runtimes/inspect-model/inspect-net.ts';
import { WHOLE_PICTURE } from '../../../../../main/adapters/runtimes/inspect-model/measure-reach.ts';
import { NetProbe } from '../../../../../main/adapters/runtimes/inspect-model/net-probe.ts';
import { isAppError } from '../../../../../main/core/errors.ts';
import { encodeOnnx } from '../../../../../models/format/onnx.ts';
import type { OnnxNode, OnnxTensor } from '../../../../../models/format/onnx.ts';
import { floats, ints, net, op, randomFloats, srNet, srNetBytes } from '../../../../helpers/onnx-net.ts';
import type { NetInit } from '../../../../helpers/onnx-net.ts';

const base = op('Resize', ['x', '', 'scales'], 'base', {
  mode: 'nearest',
  coordinate_transformation_mode: 'asymmetric',
  nearest_mode: 'floor',
});
const scales = floats('scales', [4], [1, 1, 2, 2]);

/** The nearest enlargement of x plus whatever `nodes` make of it under the name `detail`. */
function withBase(
  nodes: readonly OnnxNode[],
  initializers: readonly OnnxTensor[],
  more: Partial<NetInit> = {},
): Uint8Array {
  const all = [base, ...nodes, op('Add', ['base', 'detail'], 'y')];
  return encodeOnnx(net({ nodes: all, initializers: [scales, ...initializers], ...more }));
}

async function errorOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return 'no error';
  } catch (error) {
    return isAppError(error) ? `${error.code}: ${error.message}` : `another error: ${String(error)}`;
  }
}

describe('inspectNet', () => {
  it('finds scale, colour, cost and receptive field', async () => {
    expect(await inspectNet(srNetBytes({ scale: 3, colour: 'rgb', channels: 4, depth: 0 }))).toMatchObject({
      colour: 'rgb',
      scale: 3,
      fixedSize: null,
      receptiveField: 5,
      receptiveFieldFrom: 'graph',
      macs720p: (3 * 9 * 4 + 4 * 9 * 27) * 102_400,
    });
  });

  it('finds a fixed size', async () => {
    const found = await inspectNet(srNetBytes({ size: { width: 40, height: 32 } }));
    expect(found).toMatchObject({ fixedSize: { width: 40, height: 32 }, scale: 2, colour: 'y' });
  });

  it('finds the range by what is restored better', async () => {
    // Adds 0.5 * relu(x - 1): silent in 0..1, harmful in 0..255.
    const unit = withBase(
      [op('Sub', ['base', 'one'], 'over'), op('Relu', ['over'], 'r'), op('Mul', ['r', 'half'], 'detail')],
      [floats('one', [], [1]), floats('half', [], [0.5])],
    );
    // Adds 3 * relu(1 - x): harmful in 0..1, silent in 0..255.
    const code = withBase(
      [op('Sub', ['one', 'base'], 'under'), op('Relu', ['under'], 'r'), op('Mul', ['r', 'three'], 'detail')],
      [floats('one', [], [1]), floats('three', [], [3])],
    );
    expect((await inspectNet(unit)).inputMaximum).toBe(1);
    expect((await inspectNet(code)).inputMaximum).toBe(255);
  });

  it('measures the receptive field where an op is not known', async () => {
    const kernel = (name: string, seed: number): OnnxTensor => randomFloats(name, [1, 1, 5, 3], seed, 0.02);
    const pads = { pads: [2, 1, 2, 1] };
    const found = await inspectNet(
      withBase(
        [
          op('Conv', ['x', 'w0'], 'c0', pads),
          op('Softplus', ['c0'], 's'),
          op('Conv', ['s', 'w1'], 'c1', pads),
          op('Resize', ['c1', '', 'scales'], 'detail', { mode: 'nearest' }),
        ],
        [kernel('w0', 1), kernel('w1', 2)],
      ),
    );
    // Reaches 4 samples; one more for paths that no trial opened.
    expect(found).toMatchObject({ receptiveField: 11, receptiveFieldFrom: 'measured', macs720p: null });
  });

  it('says that a network which looks at everything cannot be tiled', async () => {
    const found = await inspectNet(
      withBase(
        [op('GlobalAveragePool', ['x'], 'mean'), op('Mul', ['mean', 'small'], 'detail')],
        [floats('small', [], [0.01])],
      ),
    );
    expect(found).toMatchObject({ receptiveField: WHOLE_PICTURE, receptiveFieldFrom: 'whole-picture' });
  });

  it('says that a network with a grid of its own cannot be tiled', async () => {
    const found = await inspectNet(
      withBase(
        [
          op('MaxPool', ['x'], 'm', { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
          op('Resize', ['m', '', 'four'], 'large', { mode: 'nearest' }),
          op('Slice', ['large', 'zero', 'end', 'axes'], 'cut'),
          op('Shape', ['base'], 'shape'),
          op('Slice', ['shape', 'two', 'last'], 'size'),
          op('Slice', ['cut', 'origin', 'size', 'axes'], 'detail0'),
          op('Mul', ['detail0', 'small'], 'detail'),
        ],
        [
          floats('four', [4], [1, 1, 4, 4]),
          floats('small', [], [0.01]),
          ints('zero', [0, 0]),
          ints('end', [2 ** 30, 2 ** 30]),
          ints('axes', [2, 3]),
          ints('two', [2]),
          ints('last', [4]),
          ints('origin', [0, 0]),
        ],
      ),
    );
    expect(found.receptiveFieldFrom).toBe('whole-picture');
  });
});

describe('inspectNet refuses', () => {
  const good = srNet();
  const enlarge = (init: Partial<NetInit> & { nodes: NetInit['nodes'] }): Uint8Array => encodeOnnx(net(init));

  it.each<[string, Uint8Array, string]>([
    ['text', new TextEncoder().encode('this is no model at all'), 'model-invalid: expected an ONNX model'],
    ['nothing', new Uint8Array(), 'model-invalid: expected an ONNX model'],
    ['half a file', srNetBytes().slice(0, 2000), 'model-invalid: expected'],
    [
      'a graph that onnxruntime refuses',
      enlarge({ nodes: [op('Relu', ['x', 'x'], 'y')] }),
      'model-invalid: expected a model that onnxruntime can load',
    ],
    [
      'a net that does not enlarge',
      enlarge({ nodes: [op('Relu', ['x'], 'y')] }),
      'expected a super-resolution model: 1 channel(s) of 2 to 8 times 32x24, but got [1, 1, 24, 32]',
    ],
    [
      'a net of two channels',
      enlarge({ nodes: [op('Relu', ['x'], 'y')], channels: 2 }),
      "expected a super-resolution model with an input [1, 1 or 3, height, width] but got 'x' [1, 2, h, w]",
    ],
    [
      'a net that turns pictures into one number',
      enlarge({ nodes: [op('GlobalAveragePool', ['x'], 'y')] }),
      'but got [1, 1, 1, 1]',
    ],
    [
      'a net that makes another picture',
      withBase([op('Mul', ['base', 'minus'], 'detail')], [floats('minus', [], [-2])]),
      'an output that resembles the input',
    ],
    [
      'two outputs',
      encodeOnnx({
        ...good,
        graph: { ...good.graph, outputs: [...good.graph.outputs, { name: 'd', dataType: 'float', dims: null }] },
      }),
      'one picture in and one out but got 1 inputs and 2 outputs',
    ],
  ])('%s', async (_, bytes, message) => {
    expect(await errorOf(inspectNet(bytes))).toContain(message);
  });
});

describe('NetProbe', () => {
  it('turns silence into an error and leaves no process', async () => {
    expect(await errorOf(NetProbe.open(srNetBytes(), { timeoutMs: 1 }))).toMatch(
      /^runtime-failed: .*silent for 0.001 s/,
    );
  });

  it('says how the process ended', async () => {
    const { probe } = await NetProbe.open(srNetBytes());
    const run = errorOf(probe.run({ dims: [1, 1, 512, 512], data: new Float32Array(512 * 512) }));
    await probe.close();
    expect(await run).toMatch(/^runtime-failed: expected the model to run in its process but it ended with SIGKILL/);
  });
});
