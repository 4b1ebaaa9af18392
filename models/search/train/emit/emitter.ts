import { AppError } from '../../../../main/core/errors.ts';
import type { OnnxModel } from '../../../format/onnx.ts';
import { sortTensors } from '../autodiff/tensor.ts';
import type { OpName, Tensor } from '../autodiff/tensor.ts';
import type { OpenPass } from '../run/pass.ts';
import { OnnxWriter } from './writer.ts';
import { PLAIN } from './plain.ts';
import { BLOCKED, canBeBlocked, overrideFor } from './nchwc.ts';
import { reorderInput, reorderOutput } from './nchwc-nodes.ts';

/** Turns one tensor into nodes. @returns the name of its value */
type EmitRule<K extends OpName> = (emitter: Emitter, tensor: Tensor<K>) => string;
export type EmitTable = { readonly [K in OpName]?: EmitRule<K> };

/** Which operators a graph is written in, and what there is beside graphs. */
export type Backend = (
  | /** The standard operator set: runs on any execution provider. */
    { readonly kind: 'plain' }
    /** Adds onnxruntime's internal channel-blocked kernels: CPU only, the block depends on the CPU (see chooseBackend). */
  | { readonly kind: 'nchwc'; readonly block: number }
) & {
  /** Convolutions of whole training steps. */
  readonly openPass?: OpenPass;
};

/** Writes expressions as ONNX. Each tensor is emitted once per layout, however many users it has. */
export class Emitter {
  readonly writer = new OnnxWriter();
  readonly backend: Backend;
  readonly #plain = new Map<Tensor, string>();
  readonly #blocked = new Map<Tensor, string>();

  constructor(backend: Backend) {
    this.backend = backend;
  }

  get block(): number {
    return this.backend.kind === 'nchwc' ? this.backend.block : 0;
  }

  /** True when the tensor is computed in channel blocks; it can still be asked for plainly. */
  isBlocked(tensor: Tensor): boolean {
    return this.#blocked.has(tensor);
  }

  /** @returns the value in row-major order */
  plain(tensor: Tensor): string {
    let name = this.#plain.get(tensor);
    if (name === undefined) {
      name = reorderOutput(this, this.#known(this.#blocked, tensor), tensor.shape[1]!);
      this.#plain.set(tensor, name);
    }
    return name;
  }

  /** @returns the value as [N, C/b, H, W, b] in memory, with ONNX shape [N, C, H, W]; C must be a multiple of b */
  blocked(tensor: Tensor): string {
    let name = this.#blocked.get(tensor);
    if (name === undefined) {
      name = reorderInput(this, this.#known(this.#plain, tensor));
      this.#blocked.set(tensor, name);
    }
    return name;
  }

  /** Emits a tensor whose inputs are emitted. */
  emit(tensor: Tensor): void {
    const blocked = canBeBlocked(this, tensor) ? rule(BLOCKED, tensor) : undefined;
    if (blocked) {
      this.#blocked.set(tensor, blocked(this, tensor));
    } else {
      const plain = (overrideFor(this, tensor) as EmitRule<OpName> | undefined) ?? rule(PLAIN, tensor);
      if (!plain) throw new AppError('internal', `expected an operation that can be written but got ${tensor.op}`);
      this.#plain.set(tensor, plain(this, tensor));
    }
  }

  #known(values: Map<Tensor, string>, tensor: Tensor): string {
    const name = values.get(tensor);
    if (name === undefined) throw new AppError('internal', `expected ${tensor.op} to be emitted before it is used`);
    return name;
  }
}

function rule(table: EmitTable, tensor: Tensor): EmitRule<OpName> | undefined {
  return table[tensor.op] as EmitRule<OpName> | undefined;
}

/**
 * @param outputs name and expression of each output; inputs are the leaves among them
 * @returns one ONNX model
 */
export function emitGraph(name: string, outputs: Readonly<Record<string, Tensor>>, backend: Backend): OnnxModel {
  const emitter = new Emitter(backend);
  for (const tensor of sortTensors(Object.values(outputs))) {
    if (tensor.op === 'leaf') emitter.writer.input((tensor as Tensor<'leaf'>).attributes.name, tensor.shape);
    emitter.emit(tensor);
  }
  for (const [output, tensor] of Object.entries(outputs)) {
    emitter.writer.node('Identity', [emitter.plain(tensor)], {}, { output });
    emitter.writer.output(output, tensor.shape);
  }
  return emitter.writer.build(name);
}
