import { encodeOnnx } from '../../models/format/onnx.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from '../../models/format/onnx.ts';

/** Numbers in [-1, 1) that depend on the seed alone (mulberry32). */
export function randomNumbers(count: number, seed: number, scale = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1) * scale;
  });
}

export function floats(name: string, dims: readonly number[], data: ArrayLike<number>): OnnxTensor {
  return { name, dims, dataType: 'float', data: Float32Array.from(data) };
}

export function randomFloats(name: string, dims: readonly number[], seed: number, scale = 1): OnnxTensor {
  return floats(
    name,
    dims,
    randomNumbers(
      dims.reduce((a, b) => a * b, 1),
      seed,
      scale,
    ),
  );
}

export function ints(name: string, values: readonly number[]): OnnxTensor {
  return { name, dims: [values.length], dataType: 'int64', data: BigInt64Array.from(values.map(BigInt)) };
}

/** Whole codes of a quantised tensor. */
export function codes(name: string, dims: readonly number[], data: Uint8Array | Int8Array | Int32Array): OnnxTensor {
  const dataType = data instanceof Uint8Array ? 'uint8' : data instanceof Int8Array ? 'int8' : 'int32';
  return { name, dims, dataType, data };
}

type Plain = number | string | readonly number[];

/** Attributes of ONNX from plain values: whole numbers are ints unless listed in `floatNames`. */
function attributesOf(plain: Readonly<Record<string, Plain>>): Record<string, OnnxAttribute> {
  const floatNames = ['alpha', 'cubic_coeff_a', 'value', 'min', 'max'];
  const one = (name: string, value: Plain): OnnxAttribute => {
    if (typeof value === 'string') return { type: 'string', value };
    if (typeof value !== 'number') return { type: 'ints', value };
    return floatNames.includes(name) ? { type: 'float', value } : { type: 'int', value };
  };
  return Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, one(name, value)]));
}

export function op(
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Plain>> = {},
): OnnxNode {
  return { opType, domain: '', name: output, inputs, outputs: [output], attributes: attributesOf(attributes) };
}

export interface NetInit {
  readonly nodes: readonly OnnxNode[];
  readonly initializers?: readonly OnnxTensor[];
  readonly channels?: number;
  readonly outputChannels?: number;
  /** Fixed size of the input; any size when absent. */
  readonly size?: { readonly height: number; readonly width: number };
  readonly opset?: number;
}

/** A model from `x` to `y`. */
export function net(init: NetInit): OnnxModel {
  const { channels = 1, outputChannels = 'oc', size } = init;
  return {
    irVersion: 8,
    producer: 'test',
    opsetImports: [{ domain: '', version: init.opset ?? 17 }],
    metadata: {},
    graph: {
      name: 'net',
      nodes: init.nodes,
      initializers: init.initializers ?? [],
      inputs: [{ name: 'x', dataType: 'float', dims: [1, channels, size?.height ?? 'h', size?.width ?? 'w'] }],
      outputs: [{ name: 'y', dataType: 'float', dims: [1, outputChannels, 'oh', 'ow'] }],
      valueInfos: [],
    },
  };
}

export interface SrNetInit {
  readonly scale?: number;
  readonly colour?: 'y' | 'rgb';
  readonly channels?: number;
  /** Hidden 3x3 layers between the first and the last. */
  readonly depth?: number;
  readonly seed?: number;
  readonly size?: { readonly height: number; readonly width: number };
  /** 255: the net takes and gives code values. */
  readonly inputMaximum?: number;
}

/** A random super-resolution net near a nearest-neighbour base: conv, PReLU, convs, pixel shuffle, plus the base. */
export function srNet(init: SrNetInit = {}): OnnxModel {
  const { scale = 2, colour = 'y', channels = 8, depth = 1, seed = 1, inputMaximum = 1, size } = init;
  const c = colour === 'y' ? 1 : 3;
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const conv = (i: number, input: string, from: number, to: number, gain: number): string => {
    const weight = `w${i}`;
    initializers.push(randomFloats(weight, [to, from, 3, 3], seed * 100 + i, gain / Math.sqrt(from * 9)));
    initializers.push(randomFloats(`b${i}`, [to], seed * 100 + 50 + i, 0.02 * inputMaximum));
    nodes.push(op('Conv', [input, weight, `b${i}`], `c${i}`, { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }));
    return `c${i}`;
  };
  let value = 'x';
  for (let i = 0; i <= depth; i += 1) {
    value = conv(i, value, i === 0 ? c : channels, channels, 1.7);
    initializers.push(randomFloats(`s${i}`, [channels, 1, 1], seed * 100 + 80 + i, 0.3));
    nodes.push(op('PRelu', [value, `s${i}`], `a${i}`));
    value = `a${i}`;
  }
  value = conv(depth + 1, value, channels, c * scale * scale, 0.3);
  nodes.push(op('DepthToSpace', [value], 'd', { blocksize: scale, mode: 'CRD' }));
  initializers.push(floats('scales', [4], [1, 1, scale, scale]));
  nodes.push(
    op('Resize', ['x', '', 'scales'], 'base', {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    }),
  );
  nodes.push(op('Add', ['d', 'base'], 'y'));
  return net({ nodes, initializers, channels: c, ...(size === undefined ? {} : { size }) });
}

/** The bytes of {@link srNet}. */
export function srNetBytes(init: SrNetInit = {}): Uint8Array {
  return encodeOnnx(srNet(init));
}
