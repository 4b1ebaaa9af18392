import { decodeOnnx } from '../format/onnx.ts';
import type { PackedNetwork } from '../format/packed-network.ts';
import { importOnnx } from '../ir/import-onnx.ts';
import { readQuantisation } from './passes/read-quantisation.ts';
import { fuseGraph } from './passes/fuse.ts';
import { listLayers } from './backends/layers.ts';
import { packNetwork } from './backends/sparse-pack.ts';
import type { CostTable } from './backends/cost-table.ts';
import { resolveSparsity } from './sparsity.ts';
import type { DeclaredSparsity, Sparsity } from './sparsity.ts';

export interface CompileOptions {
  /** Bits per sample of input and output. */
  readonly bitDepth: number;
  /** What the full code is inside the network. */
  readonly inputMaximum: number;
  /** What the manifest says of the layers. */
  readonly sparsity?: readonly DeclaredSparsity[] | undefined;
  readonly costs?: CostTable | undefined;
  /** Gets the text of the graph after each pass. */
  readonly onStage?: (pass: string, text: string) => void;
}

export interface CompiledSparse {
  readonly network: PackedNetwork;
  /** By the name of the layer's weights. */
  readonly sparsity: ReadonlyMap<string, Sparsity>;
  /** Multiply-adds of one input sample that the engine executes: whole groups and taps. */
  readonly keptMacs: number;
}

/**
 * @param onnx bytes of a super-resolution network, f32 or with QuantizeLinear and DequantizeLinear
 * @throws AppError `model-unsupported` naming what the sparse engine cannot take, `model-invalid`
 */
export function compileSparse(onnx: Uint8Array, options: CompileOptions): CompiledSparse {
  const { bitDepth, inputMaximum, costs, onStage } = options;
  const graph = importOnnx(decodeOnnx(onnx));
  const sparsity = resolveSparsity(readQuantisation(graph), options.sparsity ?? []);
  const layers = listLayers(fuseGraph(graph, { inputMaximum }, onStage));
  const network = packNetwork(layers, { bitDepth, inputMaximum, ...(costs === undefined ? {} : { costs }) });
  return { network, sparsity, keptMacs: countKeptMacs(network) };
}

/**
 * @returns multiply-adds of one input sample; the first layer counts its own channels, all others whole taps of four
 */
export function countKeptMacs(network: PackedNetwork): number {
  return network.layers.reduce((sum, { inputs, groups }) => {
    const readsPicture = inputs.includes(0);
    const perTap = (group: (typeof groups)[number]): number =>
      'tapDepth' in group ? group.tapDepth : readsPicture ? network.planes : 4;
    return sum + groups.reduce((total, group) => total + group.taps.length * perTap(group) * group.size, 0);
  }, 0);
}
