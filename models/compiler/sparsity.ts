import { AppError } from '../../main/core/errors.ts';
import type { Graph, Tensor } from '../ir/graph.ts';

/** How a layer's weights are zeroed: in which units, and which share of them is kept. */
export interface Sparsity {
  readonly scheme: 'dense' | 'filter' | 'column' | 'block' | 'pattern' | 'unstructured';
  /** Of scheme `block`: consecutive output and input channels that share a tap of the kernel. */
  readonly block?: { readonly outputs: number; readonly inputs: number } | undefined;
  /** Share of the units that are not all zero, 0 to 1. */
  readonly kept?: number | undefined;
}

/** What a manifest says of one layer, by the name of its weights; null as scheme: nothing. */
export type DeclaredSparsity = Omit<Sparsity, 'scheme'> & {
  readonly layer: string;
  readonly scheme: Sparsity['scheme'] | null;
};

/** Blocks that are looked for, the coarsest first. */
const BLOCKS = [8, 4].flatMap((outputs) => [8, 4, 2, 1].map((inputs) => ({ outputs, inputs })));

/** A scheme explains the zeros when this share of them lies in whole units: single weights may be zero by chance. */
const EXPLAINED = 0.98;

/** Kernels of a layer with pattern pruning have no more shapes than this. */
const MOST_PATTERNS = 16;

/** @param weights `[m, c, kh, kw]` @returns the coarsest scheme that explains the zeros */
export function findSparsity(weights: Tensor): Sparsity {
  const zeros = weights.data.reduce((count, v) => count + Number(v === 0), 0) / weights.data.length;
  if (zeros < 0.01) return { scheme: 'dense', kept: 1 };
  const explains = (kept: number): boolean => 1 - kept >= EXPLAINED * zeros;
  const candidates: Sparsity[] = [
    { scheme: 'filter' },
    { scheme: 'column' },
    ...BLOCKS.map((block) => ({ scheme: 'block' as const, block })),
  ];
  for (const candidate of candidates) {
    const kept = keptShare(weights, candidate);
    if (explains(kept)) return { ...candidate, kept };
  }
  const isPattern = countPatterns(weights) <= MOST_PATTERNS;
  return { scheme: isPattern ? 'pattern' : 'unstructured', kept: 1 - zeros };
}

/** @returns the share of a scheme's units that hold a weight other than zero */
export function keptShare({ dims, data }: Tensor, { scheme, block }: Omit<Sparsity, 'kept'>): number {
  const [m = 1, c = 1, kh = 1, kw = 1] = dims;
  const taps = kh * kw;
  const { outputs, inputs } = block ?? { outputs: 1, inputs: 1 };
  const unitOf = (o: number, channel: number, tap: number): number => {
    if (scheme === 'filter') return o;
    if (scheme === 'column') return channel * taps + tap;
    if (scheme !== 'block') return (o * c + channel) * taps + tap;
    return (Math.floor(o / outputs) * Math.ceil(c / inputs) + Math.floor(channel / inputs)) * taps + tap;
  };
  const all = new Set<number>();
  const kept = new Set<number>();
  data.forEach((v, i) => {
    const unit = unitOf(Math.floor(i / (c * taps)), Math.floor(i / taps) % c, i % taps);
    all.add(unit);
    if (v !== 0) kept.add(unit);
  });
  return m === 0 ? 1 : kept.size / all.size;
}

/** Different shapes of kernels that are not all zero. */
function countPatterns({ dims, data }: Tensor): number {
  const taps = (dims[2] ?? 1) * (dims[3] ?? 1);
  const shapes = new Set<string>();
  for (let i = 0; i < data.length; i += taps) {
    const shape = data.subarray(i, i + taps).reduce((text, v) => text + (v === 0 ? '0' : '1'), '');
    if (shape.includes('1')) shapes.add(shape);
  }
  return shapes.size;
}

/**
 * The manifest is right about the scheme, and the file has to hold the zeros it promises.
 * @param graph as imported, before any pass
 * @returns the sparsity of each layer: as declared, found in the zeros where nothing is
 * @throws AppError `model-invalid` when more is kept than a layer's declaration says, or a layer does not exist
 */
export function resolveSparsity(graph: Graph, declared: readonly DeclaredSparsity[]): ReadonlyMap<string, Sparsity> {
  const layers = Object.entries(graph.constants).filter(([, tensor]) => tensor.dims.length === 4);
  const isWeight = new Set(graph.nodes.flatMap((node) => (node.op === 'Conv' ? node.inputs.slice(1, 2) : [])));
  const found = layers
    .filter(([name]) => isWeight.has(name))
    .map(([name, tensor]) => [name, findSparsity(tensor)] as const);
  const result = new Map<string, Sparsity>(found);
  for (const { layer, scheme, block, kept } of declared) {
    const weights = graph.constants[layer];
    if (weights === undefined || !isWeight.has(layer)) throw invalid(`a layer '${layer}' as the manifest has`, 'none');
    if (scheme === null) continue;
    const share = keptShare(weights, { scheme, block });
    if (kept !== undefined && share > kept + 1e-6) {
      throw invalid(`${percent(kept)} of layer '${layer}' kept by scheme '${scheme}'`, percent(share));
    }
    result.set(layer, { scheme, ...(block === undefined ? {} : { block }), kept: share });
  }
  return result;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function invalid(wanted: string, got: string): AppError {
  return new AppError('model-invalid', `expected ${wanted} but got ${got}`);
}
