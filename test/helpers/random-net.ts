import type { OnnxModel, OnnxNode, OnnxTensor } from '../../models/format/onnx.ts';
import { floats, net, op, randomFloats, randomNumbers } from './onnx-net.ts';

/** A value under construction: its name and channels. */
interface Value {
  readonly name: string;
  readonly channels: number;
}

/** Random super-resolution networks of every form the sparse engine takes, from a seed. */
export class RandomNet {
  readonly #random: Float32Array;
  #next = 0;
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#random = randomNumbers(4096, seed);
  }

  /** 0 to `count - 1`. */
  #pick(count: number): number {
    const value = this.#random[this.#next++ % this.#random.length]!;
    return Math.min(count - 1, Math.floor(((value + 1) / 2) * count));
  }

  #choose<T>(...list: readonly T[]): T {
    return list[this.#pick(list.length)] as T;
  }

  #constant(dims: readonly number[], scale: number): string {
    const name = `k${this.#initializers.length}`;
    this.#initializers.push(randomFloats(name, dims, this.seed * 1000 + this.#initializers.length, scale));
    return name;
  }

  #positive(dims: readonly number[]): string {
    const name = `k${this.#initializers.length}`;
    const numbers = randomNumbers(
      dims.reduce((a, b) => a * b, 1),
      this.seed * 1000 + this.#initializers.length,
      0.5,
    );
    this.#initializers.push(
      floats(
        name,
        dims,
        numbers.map((v) => v + 1),
      ),
    );
    return name;
  }

  #node(opType: string, inputs: readonly string[], attributes: Parameters<typeof op>[3] = {}): string {
    const name = `v${this.#nodes.length}`;
    this.#nodes.push(op(opType, inputs, name, attributes));
    return name;
  }

  conv(from: Value, channels: number): Value {
    const kernel = this.#choose(1, 3, 3, 3, 5);
    const canGroup = from.channels % 2 === 0 && channels % 2 === 0;
    const group = canGroup && this.#pick(6) === 0 ? 2 : 1;
    const dilation = kernel === 3 && this.#pick(6) === 0 ? 2 : 1;
    const wide = kernel === 3 && dilation === 1 && this.#pick(6) === 0;
    const [kh, kw] = wide ? [1, 3] : [kernel, kernel];
    const pad = ((kernel - 1) / 2) * dilation;
    const pads = wide ? [0, 1, 0, 1] : [pad, pad, pad, pad];
    const w = this.#constant(
      [channels, from.channels / group, kh, kw],
      1.4 / Math.sqrt((from.channels / group) * kh * kw),
    );
    this.#punch(w);
    const b = this.#pick(4) === 0 ? [] : [this.#constant([channels], 0.05)];
    const attributes = { kernel_shape: [kh, kw], pads, group, dilations: [dilation, dilation] };
    return { name: this.#node('Conv', [from.name, w, ...b], attributes), channels };
  }

  /** Zeros in blocks of 4 x 4 x 1, for two layers of three. */
  #punch(name: string): void {
    const tensor = this.#initializers.find((t) => t.name === name);
    if (tensor === undefined || this.#pick(3) === 0) return;
    const [, c = 1, kh = 1, kw = 1] = tensor.dims;
    const keep = randomNumbers(4096, this.seed + this.#nodes.length);
    tensor.data.forEach((_, i) => {
      const tap = i % (kh * kw);
      const channel = Math.floor(i / (kh * kw)) % c;
      const output = Math.floor(i / (kh * kw * c));
      const block = (Math.floor(output / 4) * 16 + Math.floor(channel / 4)) * 32 + tap;
      if (keep[block % 4096]! < 0.2) (tensor.data as Float32Array)[i] = 0;
    });
  }

  activate(from: Value): Value {
    const { name, channels } = from;
    switch (this.#pick(6)) {
      case 0:
        return { channels, name: this.#node('Relu', [name]) };
      case 1:
        return { channels, name: this.#node('LeakyRelu', [name], { alpha: 0.1 }) };
      case 2:
        return { channels, name: this.#node('PRelu', [name, this.#constant([1], 0.3)]) };
      case 3:
        return from;
      default:
        return { channels, name: this.#node('PRelu', [name, this.#constant([channels, 1, 1], 0.3)]) };
    }
  }

  /** @param kinds of steps to take: fewer than all for what int8 cannot carry well */
  build({ colour = this.#choose<'y' | 'rgb'>('y', 'y', 'rgb'), scale = this.#choose(1, 2, 2, 3, 4) } = {}): OnnxModel {
    const planes = colour === 'y' ? 1 : 3;
    const x: Value = { name: 'x', channels: planes };
    const values: Value[] = [this.activate(this.conv(x, this.#choose(4, 8, 6, 12)))];
    const steps = 1 + this.#pick(5);
    for (let i = 0; i < steps; i += 1) values.push(this.#step(values, x));
    const last = values.at(-1)!;
    this.#finish(last, x, scale);
    return net({ nodes: this.#nodes, initializers: this.#initializers, channels: planes });
  }

  #step(values: readonly Value[], x: Value): Value {
    const from = values.at(-1)!;
    const skip = this.#choose(...values);
    const { channels } = from;
    switch (this.#pick(8)) {
      case 0:
        return {
          channels: from.channels + skip.channels,
          name: this.#node('Concat', [from.name, skip.name], { axis: 1 }),
        };
      case 1:
        return { channels: from.channels + x.channels, name: this.#node('Concat', [x.name, from.name], { axis: 1 }) };
      case 2: {
        const same = this.conv(from, skip.channels);
        return this.activate({ channels: skip.channels, name: this.#node('Add', [skip.name, same.name]) });
      }
      case 3: {
        const same = this.activate(this.conv(from, skip.channels));
        return { channels: skip.channels, name: this.#node('Add', [same.name, skip.name]) };
      }
      case 4: {
        const factor = this.#positive(this.#choose([channels, 1, 1], [1], [1, channels, 1, 1]));
        return { channels, name: this.#node('Mul', [from.name, factor]) };
      }
      case 5:
        return { channels, name: this.#node('Add', [from.name, this.#constant([channels, 1, 1], 0.1)]) };
      case 6:
        return this.activate(from);
      default:
        return this.activate(this.conv(from, this.#choose(4, 8, 6, 12)));
    }
  }

  #finish(from: Value, x: Value, scale: number): void {
    const square = scale * scale;
    let value = this.conv(from, x.channels * square).name;
    const base = this.#pick(4);
    const mode = base === 1 || this.#pick(2) === 0 ? 'DCR' : 'CRD';
    if (base === 1) {
      const copies = this.#node('Concat', new Array<string>(square).fill(x.name), { axis: 1 });
      value = this.#node('Add', [value, copies]);
    }
    if (base === 0 && x.channels === 1) value = this.#node('Add', [value, x.name]);
    if (scale > 1) value = this.#node('DepthToSpace', [value], { blocksize: scale, mode });
    if (base >= 2) {
      this.#initializers.push(floats('scales', [4], [1, 1, scale, scale]));
      const nearest = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
      value = this.#node('Add', [value, this.#node('Resize', ['x', '', 'scales'], nearest)]);
    }
    this.#nodes.push(op('Identity', [value], 'y'));
  }
}

/** The network of a seed. */
export function randomNet(seed: number, options?: Parameters<RandomNet['build']>[0]): OnnxModel {
  return new RandomNet(seed).build(options);
}
