import type { Graph, Node, Tensor } from '../../ir/graph.ts';
import { Draft } from './draft.ts';
import { filled } from './channels.ts';

/** Largest radius that is tried; backends may allow less. */
const LARGEST_RADIUS = 8;

/**
 * Every convolution that keeps the picture's size becomes one of a square odd kernel without groups or dilation, with
 * a bias: zeros in the weights say the same, and sparse packing skips them.
 */
export function squareConvs(graph: Graph): Graph {
  const draft = new Draft(graph);
  for (const node of [...draft.nodes]) {
    if (node.op !== 'Conv') continue;
    const weights = draft.constants[node.inputs[1] ?? ''];
    const radius = weights === undefined ? null : radiusOf(node, weights);
    if (weights === undefined || radius === null) continue;
    const [x = '', w = '', b] = node.inputs;
    const plain = isPlain(node, weights, radius);
    const square = plain ? w : draft.addConstant(`${w}.square`, embed(node, weights, radius));
    const bias = b ?? draft.addConstant(`${node.output}.bias`, filled(weights.dims[0] ?? 0, 0));
    const attributes = { pads: [radius, radius, radius, radius], dilations: [1, 1], group: 1 } as const;
    draft.replace(node, { ...node, inputs: [x, square, bias], attributes });
  }
  return draft.finish();
}

/** Radius of the square that holds every tap; null where the output has another size than the input. */
function radiusOf({ attributes: { pads, dilations } }: Node<'Conv'>, { dims }: Tensor): number | null {
  const [, , kh = 1, kw = 1] = dims;
  const [top, left, bottom, right] = pads;
  const keepsSize = top + bottom === (kh - 1) * dilations[0] && left + right === (kw - 1) * dilations[1];
  const radius = Math.max(...pads);
  return keepsSize && Math.min(...pads) >= 0 && radius <= LARGEST_RADIUS ? radius : null;
}

function isPlain({ attributes: { pads, group } }: Node<'Conv'>, { dims }: Tensor, radius: number): boolean {
  const side = 2 * radius + 1;
  return group === 1 && dims[2] === side && dims[3] === side && pads.every((p) => p === radius);
}

function embed({ attributes: { pads, dilations, group } }: Node<'Conv'>, weights: Tensor, radius: number): Tensor {
  const [m = 0, perGroup = 0, kh = 0, kw = 0] = weights.dims;
  const side = 2 * radius + 1;
  const channels = perGroup * group;
  const data = new Float32Array(m * channels * side * side);
  for (let i = 0; i < weights.data.length; i += 1) {
    const kx = i % kw;
    const ky = Math.floor(i / kw) % kh;
    const c = Math.floor(i / (kw * kh)) % perGroup;
    const o = Math.floor(i / (kw * kh * perGroup));
    const channel = Math.floor(o / (m / group)) * perGroup + c;
    const [y, x] = [ky * dilations[0] - pads[0] + radius, kx * dilations[1] - pads[1] + radius];
    data[((o * channels + channel) * side + y) * side + x] = weights.data[i]!;
  }
  return { ...weights, dims: [m, channels, side, side], data };
}
