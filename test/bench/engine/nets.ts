/** The networks of the engine's figures: as f32 ONNX, as int8, and dense for onnxruntime in its own int8 form. */
import { quantiseModel } from '../../../models/compiler/int8/quantise.ts';
import { encodeOnnx } from '../../../models/format/onnx.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../../../models/format/onnx.ts';
import { codes, floats, net, op, randomNumbers } from '../../helpers/onnx-net.ts';
import { randomPicture, toNumbers } from '../../helpers/random-picture.ts';

export interface Block {
  readonly outputs: number;
  readonly inputs: number;
}

export interface BenchNet {
  readonly channels: number;
  /** Share of the blocks that is zero in the hidden layers. */
  readonly sparsity: number;
  readonly block: Block;
  readonly kind: 'plain' | 'wdsr';
}

const HIDDEN = 6;
const WIDE = 6;
const RESIDUAL_BLOCKS = 4;

class NetWriter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  readonly #net: BenchNet;

  constructor(bench: BenchNet) {
    this.#net = bench;
  }

  conv(from: string, shape: readonly [outputs: number, inputs: number, kernel: number], pruned: boolean): string {
    const [outputs, inputs, kernel] = shape;
    const id = this.nodes.length;
    const gain = Math.sqrt(2 / (inputs * kernel * kernel * (pruned ? 1 - this.#net.sparsity : 1)));
    const count = outputs * inputs * kernel * kernel;
    const data = randomNumbers(count, 100 + id, gain);
    if (pruned) this.#punch(data, [inputs, kernel * kernel], id);
    this.initializers.push(floats(`w${id}`, [outputs, inputs, kernel, kernel], data));
    this.initializers.push(floats(`b${id}`, [outputs], randomNumbers(outputs, 300 + id, 0.01)));
    const pad = (kernel - 1) / 2;
    this.nodes.push(
      op('Conv', [from, `w${id}`, `b${id}`], `c${id}`, { kernel_shape: [kernel, kernel], pads: [pad, pad, pad, pad] }),
    );
    return `c${id}`;
  }

  prelu(from: string, channels: number): string {
    const id = this.nodes.length;
    this.initializers.push(floats(`s${id}`, [channels, 1, 1], randomNumbers(channels, 500 + id, 0.3)));
    this.nodes.push(op('PRelu', [from, `s${id}`], `a${id}`));
    return `a${id}`;
  }

  relu(from: string): string {
    const id = this.nodes.length;
    this.nodes.push(op('Relu', [from], `r${id}`));
    return `r${id}`;
  }

  /** Of all blocks of the layer, exactly the share that the network names. */
  #punch(data: Float32Array, [inputs, taps]: readonly [number, number], seed: number): void {
    const { block, sparsity } = this.#net;
    const columns = Math.ceil(inputs / block.inputs) * taps;
    const unitOf = (i: number): number => {
      const [o, c, tap] = [Math.floor(i / (inputs * taps)), Math.floor(i / taps) % inputs, i % taps];
      return Math.floor(o / block.outputs) * columns + Math.floor(c / block.inputs) * taps + tap;
    };
    const units = unitOf(data.length - 1) + 1;
    const order = Array.from(randomNumbers(units, 700 + seed), (v, i) => ({ v, i })).sort((a, b) => a.v - b.v);
    const zero = new Set(order.slice(0, Math.round(units * sparsity)).map(({ i }) => i));
    data.forEach((_, i) => {
      if (zero.has(unitOf(i))) data[i] = 0;
    });
  }
}

/** 1 -> C, six times C -> C, C -> 4, or residual blocks of wide activations; x2 over a nearest base. */
export function buildNet(bench: BenchNet): OnnxModel {
  const writer = new NetWriter(bench);
  const c = bench.channels;
  let value = writer.prelu(writer.conv('x', [c, 1, 3], false), c);
  if (bench.kind === 'plain') {
    for (let i = 0; i < HIDDEN; i += 1) value = writer.prelu(writer.conv(value, [c, c, 3], true), c);
  } else {
    for (let i = 0; i < RESIDUAL_BLOCKS; i += 1) {
      const wide = writer.relu(writer.conv(value, [c * WIDE, c, 1], true));
      const narrow = writer.conv(writer.conv(wide, [c, c * WIDE, 1], true), [c, c, 3], true);
      writer.nodes.push(op('Add', [narrow, value], `sum${i}`));
      value = `sum${i}`;
    }
  }
  const last = writer.conv(value, [4, c, 3], false);
  // Small, so that pictures stay pictures.
  const weights = writer.initializers.at(-2)?.data as Float32Array;
  weights.forEach((v, i) => (weights[i] = v * 0.1));
  writer.nodes.push(op('DepthToSpace', [last], 'd', { blocksize: 2, mode: 'CRD' }));
  writer.initializers.push(floats('scales', [4], [1, 1, 2, 2]));
  const nearest = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
  writer.nodes.push(op('Resize', ['x', '', 'scales'], 'base', nearest), op('Add', ['d', 'base'], 'y'));
  return net({ nodes: writer.nodes, initializers: writer.initializers, outputChannels: 1 });
}

/** The network in QuantizeLinear and DequantizeLinear. */
export function quantiseNet(model: OnnxModel): OnnxModel {
  const samples = [1, 2].map((seed) => toNumbers(randomPicture({ width: 24, height: 24, seed }), 8, 1));
  return quantiseModel(model, { samples, inputMaximum: 1 });
}

/**
 * onnxruntime's fastest int8 form of the plain network: QLinearConv after QLinearConv, the activation for free by a zero
 * point of 0 (a ReLU, where the others compute a PReLU), base and shuffle in f32.
 */
export function buildQLinearNet(channels: number): Uint8Array {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [
    floats('one', [], [1 / 255]),
    floats('step', [], [0.02]),
    codes('zero', [], Uint8Array.of(0)),
    codes('middle', [], Uint8Array.of(128)),
    floats('scales', [4], [1, 1, 2, 2]),
  ];
  nodes.push(op('QuantizeLinear', ['x', 'one', 'zero'], 'q'));
  const layers = [[channels, 1], ...Array.from({ length: HIDDEN }, () => [channels, channels]), [4, channels]];
  layers.forEach(([outputs = 0, inputs = 0], i) => {
    const data = Int8Array.from(randomNumbers(outputs * inputs * 9, 100 + i, 127));
    initializers.push(codes(`w${i}`, [outputs, inputs, 3, 3], data));
    initializers.push(floats(`ws${i}`, [outputs], new Float32Array(outputs).fill(0.002)));
    initializers.push(codes(`wz${i}`, [outputs], new Int8Array(outputs)));
    initializers.push(codes(`b${i}`, [outputs], new Int32Array(outputs)));
    const isLast = i === layers.length - 1;
    const input = i === 0 ? ['q', 'one', 'zero'] : [`c${i - 1}`, 'step', 'zero'];
    const weights = [`w${i}`, `ws${i}`, `wz${i}`];
    const output = ['step', isLast ? 'middle' : 'zero'];
    nodes.push(op('QLinearConv', [...input, ...weights, ...output, `b${i}`], `c${i}`, { pads: [1, 1, 1, 1] }));
  });
  nodes.push(op('DequantizeLinear', [`c${layers.length - 1}`, 'step', 'middle'], 'f'));
  nodes.push(op('DepthToSpace', ['f'], 'd', { blocksize: 2, mode: 'CRD' }));
  const nearest = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
  nodes.push(op('Resize', ['x', '', 'scales'], 'base', nearest), op('Add', ['d', 'base'], 'y'));
  return encodeOnnx(net({ nodes, initializers, outputChannels: 1 }));
}
