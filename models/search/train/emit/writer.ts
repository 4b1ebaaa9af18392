import type {
  OnnxAttribute,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxTypeName,
  OnnxValueInfo,
} from '../../../format/onnx.ts';

export const int = (value: number): OnnxAttribute => ({ type: 'int', value });
export const float = (value: number): OnnxAttribute => ({ type: 'float', value });
export const ints = (value: readonly number[]): OnnxAttribute => ({ type: 'ints', value });
export const text = (value: string): OnnxAttribute => ({ type: 'string', value });

interface NodeOptions {
  readonly domain?: string;
  /** Name of the output; a fresh one by default. */
  readonly output?: string;
}

/** Collects the nodes and constants of one ONNX graph, in the order they are asked for. */
export class OnnxWriter {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  readonly #constants = new Map<string, string>();
  readonly #inputs: OnnxValueInfo[] = [];
  readonly #outputs: OnnxValueInfo[] = [];

  /** Adds a node with one output. @returns the output's name */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
    options: NodeOptions = {},
  ): string {
    const output = options.output ?? `_${this.#nodes.length}`;
    const domain = options.domain ?? '';
    this.#nodes.push({
      opType,
      domain,
      name: `${opType}_${this.#nodes.length}`,
      inputs,
      outputs: [output],
      attributes,
    });
    return output;
  }

  /** @returns the name of a float constant; small equal ones are shared */
  constant(dims: readonly number[], values: ArrayLike<number>): string {
    return this.#initializer(dims, 'float', Float32Array.from(values));
  }

  /** @returns the name of an int64 vector, as shapes and axes are given */
  shape(values: readonly number[]): string {
    return this.#initializer([values.length], 'int64', BigInt64Array.from(values.map(BigInt)));
  }

  /** @returns the name, for a float constant that readers of the file look for by name */
  initializer(name: string, dims: readonly number[], data: Float32Array): string {
    this.#initializers.push({ name, dims, dataType: 'float', data });
    return name;
  }

  #initializer(dims: readonly number[], dataType: OnnxTypeName, data: Float32Array | BigInt64Array): string {
    const key = data.length <= 64 ? `${dataType}|${dims.join()}|${data.join()}` : '';
    const known = this.#constants.get(key);
    if (known) return known;
    const name = `c${this.#initializers.length}`;
    this.#initializers.push({ name, dims, dataType, data });
    if (key) this.#constants.set(key, name);
    return name;
  }

  input(name: string, dims: readonly (number | string)[]): void {
    this.#inputs.push({ name, dataType: 'float', dims });
  }

  output(name: string, dims: readonly (number | string)[]): void {
    this.#outputs.push({ name, dataType: 'float', dims });
  }

  build(name: string, opset = 17, metadata: Record<string, string> = {}): OnnxModel {
    const domains = new Set(this.#nodes.map((n) => n.domain).filter((d) => d !== ''));
    return {
      irVersion: 8,
      producer: 'tandem',
      opsetImports: [{ domain: '', version: opset }, ...[...domains].map((domain) => ({ domain, version: 1 }))],
      metadata,
      graph: {
        name,
        nodes: this.#nodes,
        inputs: this.#inputs,
        outputs: this.#outputs,
        initializers: this.#initializers,
        valueInfos: [],
      },
    };
  }
}
