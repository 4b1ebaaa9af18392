import type { Graph, Node, Tensor } from '../../ir/graph.ts';
import { channelVector } from './channels.ts';
import { Draft } from './draft.ts';

/**
 * Sums and products with a constant per channel go into a convolution: after it into weights and bias, a product before
 * it into the weights. Positive factors pass an activation.
 */
export function foldAffine(graph: Graph): Graph {
  const draft = new Draft(graph);
  for (let again = true; again;) {
    again = draft.nodes.some((node) => foldOne(draft, node));
  }
  return draft.finish();
}

function foldOne(draft: Draft, node: Node): boolean {
  if (node.op !== 'Add' && node.op !== 'Mul') return false;
  const constant = node.inputs.find((name) => name in draft.constants);
  const x = node.inputs.find((name) => name !== constant);
  if (constant === undefined || x === undefined) return false;
  const channels = draft.shapes().get(x)?.[1] ?? 0;
  const vector = channelVector(draft.constants[constant]!, channels);
  if (vector === null) return false;
  const conv = draft.producer(x);
  if (draft.onlyUser(x) === node && conv !== undefined) {
    if (conv.op === 'Conv') return foldAfter(draft, conv, node, vector);
    if (conv.op === 'PRelu' && node.op === 'Mul' && vector.every((v) => v > 0)) return swap(draft, conv, node);
  }
  return node.op === 'Mul' && foldBefore(draft, node, x, vector);
}

function foldAfter(draft: Draft, conv: Node<'Conv'>, node: Node<'Add'> | Node<'Mul'>, vector: Float32Array): boolean {
  const [x = '', w = '', b = ''] = conv.inputs;
  const weights = draft.constants[w];
  const bias = draft.constants[b];
  if (weights === undefined || bias === undefined) return false;
  const isSum = node.op === 'Add';
  const newBias = bias.data.map((v, i) => (isSum ? v + (vector[i] ?? 0) : v * (vector[i] ?? 0)));
  const newB = draft.addConstant(`${b}.folded`, { dims: bias.dims, data: newBias });
  const newW = isSum ? w : draft.addConstant(`${w}.folded`, scaleOutputs(weights, vector));
  draft.remove(conv);
  draft.replace(node, { ...conv, inputs: [x, newW, newB], output: node.output });
  return true;
}

/** Product after activation = activation after product, where the factors are positive. */
function swap(draft: Draft, activation: Node<'PRelu'>, product: Node<'Mul'>): boolean {
  const [x = '', slope = ''] = activation.inputs;
  const inner = draft.freeName(`${product.output}.scaled`);
  const constants = product.inputs.map((name) => (name === activation.output ? x : name));
  draft.remove(activation);
  draft.replace(
    product,
    { ...product, inputs: constants, output: inner },
    { ...activation, inputs: [inner, slope], output: product.output },
  );
  return true;
}

/** Into the weights of all who read the product, when they are convolutions. */
function foldBefore(draft: Draft, node: Node<'Mul'>, x: string, vector: Float32Array): boolean {
  const users = draft.users(node.output);
  // The scales of int8 weights run along the outputs: factors along the inputs would break them.
  const isEven = vector.every((v) => v === vector[0]);
  const isFine = (user: Node): user is Node<'Conv'> => {
    const weights = draft.constants[user.inputs[1] ?? ''];
    return user.op === 'Conv' && user.attributes.group === 1 && weights !== undefined && (isEven || !weights.scales);
  };
  const isKept = node.output === draft.graph.output || node.output in draft.quantised;
  if (isKept || users.length === 0 || !users.every(isFine)) return false;
  for (const user of users) {
    const [, w = '', ...rest] = user.inputs;
    const scaled = scaleInputs(draft.constants[w]!, vector);
    draft.replace(user, { ...user, inputs: [x, draft.addConstant(`${w}.folded`, scaled), ...rest] });
  }
  draft.remove(node);
  return true;
}

function scaleOutputs(weights: Tensor, factors: Float32Array): Tensor {
  const perOutput = weights.data.length / (weights.dims[0] ?? 1);
  const factor = (i: number): number => factors[Math.floor(i / perOutput)] ?? 1;
  return withScales(
    weights,
    weights.data.map((v, i) => v * factor(i)),
    (s, i) => s * (Math.abs(factors[i] ?? 1) || 1),
  );
}

function scaleInputs(weights: Tensor, factors: Float32Array): Tensor {
  const [, channels = 1, kh = 1, kw = 1] = weights.dims;
  const factor = (i: number): number => factors[Math.floor(i / (kh * kw)) % channels] ?? 1;
  return withScales(
    weights,
    weights.data.map((v, i) => v * factor(i)),
    (s) => s * (Math.abs(factors[0] ?? 1) || 1),
  );
}

function withScales(weights: Tensor, data: Float32Array, scale: (s: number, i: number) => number): Tensor {
  return weights.scales === undefined ? { ...weights, data } : { ...weights, data, scales: weights.scales.map(scale) };
}
