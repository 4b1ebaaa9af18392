import { AppError } from '../../../main/core/errors.ts';
import type { Graph, Node, Quantisation, Tensor } from '../../ir/graph.ts';
import { countUp, filled, selectionWeights } from '../passes/channels.ts';

/** One convolution with what is fused to it. Tensors are numbered as in `packed-network.ts`. */
export interface Layer {
  readonly name: string;
  /** Name of the value it makes. */
  readonly output: string;
  readonly kernel: number;
  /** `[m, c, kernel, kernel]` over the concatenated inputs; with `scales` in an int8 network. */
  readonly weights: Tensor;
  readonly bias: Float32Array;
  /** 1 for no activation. */
  readonly slope: Float32Array;
  readonly inputs: readonly number[];
  readonly addBefore: number | null;
  readonly addAfter: number | null;
}

/** A network as a list of layers; the last one's output becomes the picture. */
export interface LayerNetwork {
  readonly planes: number;
  readonly scale: number;
  readonly base: boolean;
  readonly layers: readonly Layer[];
  /** How each tensor is carried in an int8 network, by number; the input's first. Empty in f32. */
  readonly quantised: readonly (Quantisation | null)[];
}

/**
 * @param graph as `fuseGraph` leaves it
 * @throws AppError `model-unsupported` naming the first op that is no layer
 */
export function listLayers(graph: Graph): LayerNetwork {
  const lister = new LayerLister(graph);
  for (const node of graph.nodes) lister.add(node);
  return lister.finish();
}

/** How a value is read: tensors side by side, and the channels each has. */
type Parts = readonly { readonly tensor: number; readonly channels: number }[];

class LayerLister {
  readonly #graph: Graph;
  readonly #parts = new Map<string, Parts>();
  readonly #layers: Layer[] = [];
  readonly #quantised: (Quantisation | null)[];
  #last: Node<'FusedOutput'> | null = null;

  constructor(graph: Graph) {
    this.#graph = graph;
    const { name, channels } = graph.input;
    this.#parts.set(name, [{ tensor: 0, channels }]);
    this.#quantised = [graph.quantised?.[name] ?? null];
  }

  add(node: Node): void {
    if (node.op === 'Concat') {
      this.#parts.set(
        node.output,
        node.inputs.flatMap((name) => this.#read(name, node)),
      );
      return;
    }
    if (node.op !== 'FusedConv' && node.op !== 'FusedOutput') throw unsupported(node, `op '${node.op}'`);
    if (this.#last !== null) throw unsupported(node, 'a layer behind the picture');
    const [x = '', w = '', b = '', slope] = node.inputs;
    const { inputs, weights } = this.#join(x, this.#constant(w, node), node);
    const adds = node.inputs
      .slice(node.op === 'FusedConv' ? 4 : 3, node.op === 'FusedOutput' ? 3 + Number(node.attributes.add) : 6)
      .map((name) => this.#single(name, node));
    const hidden = node.op === 'FusedConv' ? node.attributes : { addBefore: node.attributes.add, addAfter: false };
    const outChannels = weights.dims[0] ?? 0;
    this.#push({
      name: node.name,
      output: node.output,
      kernel: weights.dims[2] ?? 0,
      weights,
      bias: this.#constant(b, node).data,
      slope: node.op === 'FusedConv' ? this.#constant(slope ?? '', node).data : filled(outChannels, 1).data,
      inputs,
      addBefore: hidden.addBefore ? (adds[0] ?? null) : null,
      addAfter: hidden.addAfter ? (adds.at(-1) ?? null) : null,
    });
    this.#parts.set(node.output, [{ tensor: this.#layers.length, channels: outChannels }]);
    if (node.op === 'FusedOutput') this.#last = node;
  }

  finish(): LayerNetwork {
    const last = this.#last;
    if (last?.output !== this.#graph.output) {
      throw new AppError('model-unsupported', 'expected a network that ends in a convolution but got another end');
    }
    const { channels } = this.#graph.input;
    const { scale, base } = last.attributes;
    const quantised = this.#graph.quantised === undefined ? [] : this.#quantised;
    return { planes: channels, scale, base, layers: this.#layers, quantised };
  }

  #push(layer: Layer): void {
    this.#layers.push(layer);
    this.#quantised.push(this.#graph.quantised?.[layer.output] ?? null);
  }

  #read(name: string, node: Node): Parts {
    return this.#parts.get(name) ?? fail(node, `'${name}', which is no layer's output`);
  }

  /** A tensor that is added; the input itself cannot be, a copy can. */
  #single(name: string, node: Node): number {
    const parts = this.#read(name, node);
    const [part] = parts;
    if (parts.length !== 1 || part === undefined) fail(node, 'a sum with several tensors');
    return part.tensor === 0 ? this.#copy(part, part.channels, parts, node) : part.tensor;
  }

  /** Tensors of a layer's input, and its weights over them: what cannot be put side by side is copied and padded. */
  #join(name: string, weights: Tensor, node: Node): { inputs: number[]; weights: Tensor } {
    const parts = this.#read(name, node);
    if (parts.length === 1) return { inputs: parts.map((p) => p.tensor), weights };
    const columns: (number | null)[] = [];
    let column = 0;
    const inputs = parts.map((part, i) => {
      const isLast = i === parts.length - 1;
      const width = isLast ? part.channels : Math.ceil(part.channels / 4) * 4;
      for (let c = 0; c < width; c += 1) columns.push(c < part.channels ? column + c : null);
      column += part.channels;
      const isInput = part.tensor === 0 && this.#graph.quantised !== undefined;
      return width === part.channels && !isInput ? part.tensor : this.#copy(part, width, parts, node);
    });
    return { inputs, weights: columns.includes(null) ? spreadColumns(weights, columns) : weights };
  }

  /** A layer that copies a tensor, with channels of zero behind it; carried in int8 as its neighbours are. */
  #copy(part: Parts[number], channels: number, parts: Parts, node: Node): number {
    const name = `${node.name}.copy${this.#layers.length}`;
    const from = countUp(channels).map((c) => Math.min(c, part.channels - 1));
    const weights = selectionWeights(
      from,
      part.channels,
      from.map((_, c) => Number(c < part.channels)),
    );
    this.#layers.push({
      name,
      output: name,
      kernel: 1,
      weights,
      bias: new Float32Array(channels),
      slope: filled(channels, 1).data,
      inputs: [part.tensor],
      addBefore: null,
      addAfter: null,
    });
    const neighbour = parts.find((p) => p.tensor !== 0) ?? part;
    this.#quantised.push(this.#quantised[neighbour.tensor] ?? null);
    return this.#layers.length;
  }

  #constant(name: string, node: Node): Tensor {
    return this.#graph.constants[name] ?? fail(node, `weights '${name}' that are no constant`);
  }
}

function fail(node: Node, got: string): never {
  throw unsupported(node, got);
}

function unsupported(node: Node, got: string): AppError {
  return new AppError(
    'model-unsupported',
    `expected layers that the sparse engine knows but got ${got} at '${node.name}'`,
  );
}

/** Weights over other input channels: column i is the old column `columns[i]`, or zero. */
function spreadColumns(weights: Tensor, columns: readonly (number | null)[]): Tensor {
  const [m = 0, channels = 0, kh = 0, kw = 0] = weights.dims;
  const taps = kh * kw;
  const data = new Float32Array(m * columns.length * taps);
  for (let o = 0; o < m; o += 1) {
    columns.forEach((column, c) => {
      if (column === null) return;
      const from = (o * channels + column) * taps;
      data.set(weights.data.subarray(from, from + taps), (o * columns.length + c) * taps);
    });
  }
  return { ...weights, dims: [m, columns.length, kh, kw], data };
}
