import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from '../../format/onnx.ts';
import { roundAway } from '../../format/quant.ts';
import type { Graph, Node } from '../../ir/graph.ts';

const OPSET = 17;

/**
 * @param graph fused, with `quantised` and weights with `scales`
 * @returns the network in standard operators: every tensor a layer reads goes through QuantizeLinear and
 *   DequantizeLinear, weights are s8 per output channel, biases s32
 */
export function exportQdq(graph: Graph): OnnxModel {
  const writer = new QdqWriter(graph);
  writer.round(graph.input.name, graph.input.name);
  for (const node of graph.nodes) writer.write(node);
  return writer.finish();
}

class QdqWriter {
  readonly #graph: Graph;
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  /** Value of the graph → the name under which it is read, after rounding. */
  readonly #read = new Map<string, string>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  write(node: Node): void {
    if (node.op === 'Concat') {
      const inputs = node.inputs.map((name) => this.#rounded(name));
      this.#node('Concat', inputs, node.output, { axis: int(1) });
      this.round(node.output, node.output);
    }
    if (node.op === 'FusedConv') this.#writeLayer(node);
    if (node.op === 'FusedOutput') this.#writeOutput(node);
  }

  finish(): OnnxModel {
    const { input, output, name } = this.#graph;
    const picture = (value: string, channels: number | string) => ({
      name: value,
      dataType: 'float' as const,
      dims: ['N', channels, `${value}.height`, `${value}.width`],
    });
    return {
      irVersion: 8,
      producer: 'tandem',
      opsetImports: [{ domain: '', version: OPSET }],
      metadata: {},
      graph: {
        name,
        nodes: this.#nodes,
        initializers: this.#initializers,
        inputs: [picture(input.name, input.channels)],
        outputs: [picture(output, input.channels)],
        valueInfos: [],
      },
    };
  }

  /** Lets everybody read `value` (made under the name `from`) as its codes say it. */
  round(value: string, from: string): void {
    const rounding = this.#graph.quantised?.[value];
    this.#read.set(value, from);
    if (rounding === undefined) return;
    const scale = this.#constant(`${value}.scale`, [], 'float', Float32Array.of(rounding.scale));
    const zero = this.#constant(`${value}.zero`, [], 'uint8', Uint8Array.of(rounding.zeroPoint));
    const codes = this.#node('QuantizeLinear', [from, scale, zero], `${value}.codes`);
    this.#read.set(value, this.#node('DequantizeLinear', [codes, scale, zero], `${value}.rounded`));
  }

  #writeLayer(node: Node<'FusedConv'>): void {
    const { addBefore, addAfter } = node.attributes;
    const [before, after] = [node.inputs[4] ?? '', node.inputs.at(-1) ?? ''];
    let value = this.#conv(node);
    if (addBefore) value = this.#node('Add', [value, this.#rounded(before)], `${node.output}.before`);
    const { data = new Float32Array() } = this.#graph.constants[node.inputs[3] ?? ''] ?? {};
    if (data.every((v) => v === 0)) value = this.#node('Relu', [value], `${node.output}.active`);
    else if (data.some((v) => v !== 1)) {
      const slope = this.#constant(`${node.output}.slope`, [data.length, 1, 1], 'float', data);
      value = this.#node('PRelu', [value, slope], `${node.output}.active`);
    }
    if (addAfter) value = this.#node('Add', [value, this.#rounded(after)], `${node.output}.after`);
    this.round(node.output, value);
  }

  #writeOutput(node: Node<'FusedOutput'>): void {
    const { scale, add, base } = node.attributes;
    let value = this.#conv(node);
    if (add) value = this.#node('Add', [value, this.#rounded(node.inputs[3] ?? '')], `${node.output}.sum`);
    const attributes = { blocksize: int(scale), mode: text('CRD') };
    value = this.#node('DepthToSpace', [value], base ? `${node.output}.residual` : node.output, attributes);
    if (!base) return;
    const scales = this.#constant(`${node.output}.scales`, [4], 'float', Float32Array.of(1, 1, scale, scale));
    const nearest = {
      mode: text('nearest'),
      coordinate_transformation_mode: text('asymmetric'),
      nearest_mode: text('floor'),
    };
    const enlarged = this.#node('Resize', [this.#graph.input.name, '', scales], `${node.output}.base`, nearest);
    this.#node('Add', [value, enlarged], node.output);
  }

  #conv(node: Node<'FusedConv'> | Node<'FusedOutput'>): string {
    const [x = '', w = '', b = ''] = node.inputs;
    const weights = this.#graph.constants[w]!;
    const scales = weights.scales ?? [];
    const [outputs = 1, , side = 1] = weights.dims;
    const perOutput = weights.data.length / outputs;
    const codes = Int8Array.from(weights.data, (v, i) => Math.round(v / (scales[Math.floor(i / perOutput)] ?? 1)));
    const zero = this.#constant(`${w}.zero`, [outputs], 'int8', new Int8Array(outputs));
    const scale = this.#constant(`${w}.scale`, [outputs], 'float', Float32Array.from(scales));
    const coded = this.#constant(`${w}.codes`, weights.dims, 'int8', codes);
    const perFirst = { axis: int(0) };
    const weight = this.#node('DequantizeLinear', [coded, scale, zero], w, perFirst);
    const inputScale = this.#graph.quantised?.[x]?.scale ?? 1;
    const units = Float32Array.from(scales, (s) => s * inputScale);
    const biasCodes = Int32Array.from(this.#graph.constants[b]?.data ?? [], (v, m) => roundAway(v / units[m]!));
    const biasScale = this.#constant(`${b}.scale`, [outputs], 'float', units);
    const codedBias = this.#constant(`${b}.codes`, [outputs], 'int32', biasCodes);
    const bias = this.#node('DequantizeLinear', [codedBias, biasScale], b, perFirst);
    const pad = (side - 1) / 2;
    const attributes = { kernel_shape: ints([side, side]), pads: ints([pad, pad, pad, pad]) };
    return this.#node('Conv', [this.#rounded(x), weight, bias], `${node.output}.conv`, attributes);
  }

  #rounded(value: string): string {
    return this.#read.get(value) ?? value;
  }

  #node(
    opType: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    this.#nodes.push({ opType, domain: '', name: output, inputs, outputs: [output], attributes });
    return output;
  }

  #constant(name: string, dims: readonly number[], dataType: OnnxTensor['dataType'], data: OnnxTensor['data']): string {
    if (!this.#initializers.some((t) => t.name === name)) this.#initializers.push({ name, dims, dataType, data });
    return name;
  }
}

function int(value: number): OnnxAttribute {
  return { type: 'int', value };
}

function ints(value: readonly number[]): OnnxAttribute {
  return { type: 'ints', value };
}

function text(value: string): OnnxAttribute {
  return { type: 'string', value };
}
