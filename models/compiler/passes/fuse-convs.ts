import type { Graph, Node, Tensor } from '../../ir/graph.ts';
import { channelVector, countUp, filled, selectionWeights } from './channels.ts';
import { Draft } from './draft.ts';
import { isSquare } from './fuse-output.ts';

/**
 * Convolution, the sum with a tensor before its activation, the activation, the sum after it: one op a layer. Sums and
 * activations that stand apart get a 1x1 convolution that changes nothing, so that nothing but layers is left.
 */
export function fuseConvs(graph: Graph): Graph {
  const draft = new Draft(graph);
  for (const node of [...draft.nodes]) {
    if (isSquare(draft, node)) draft.replace(node, unfused(draft, node));
  }
  do {
    while (draft.nodes.some((node) => fuseOne(draft, node)));
  } while (standAlone(draft));
  return draft.finish();
}

/** The layer of a convolution alone. A slope of 1 on both sides: no activation yet. */
function unfused(draft: Draft, { name, inputs, output }: Node<'Conv'>): Node<'FusedConv'> {
  const channels = draft.constants[inputs[1] ?? '']?.dims[0] ?? 0;
  const slope = draft.addConstant(`${output}.slope`, filled(channels, 1));
  return {
    op: 'FusedConv',
    name,
    inputs: [...inputs, slope],
    output,
    attributes: { addBefore: false, addAfter: false },
  };
}

function fuseOne(draft: Draft, layer: Node): boolean {
  if (layer.op !== 'FusedConv') return false;
  const user = draft.onlyUser(layer.output);
  if (user?.op === 'PRelu') return fuseActivation(draft, layer, user);
  return user?.op === 'Add' && fuseSum(draft, layer, user);
}

function isActivated(draft: Draft, layer: Node<'FusedConv'>): boolean {
  return draft.constants[layer.inputs[3] ?? '']?.data.some((v) => v !== 1) ?? false;
}

function fuseActivation(draft: Draft, layer: Node<'FusedConv'>, user: Node<'PRelu'>): boolean {
  const [x = '', w = '', b = '', , ...adds] = layer.inputs;
  const constant = draft.constants[user.inputs[1] ?? ''];
  const channels = draft.constants[b]?.data.length ?? 0;
  const slopes = constant === undefined ? null : channelVector(constant, channels);
  if (slopes === null || user.inputs[0] !== layer.output) return false;
  if (isActivated(draft, layer) || layer.attributes.addAfter) return false;
  const slope = draft.addConstant(`${user.output}.slope`, { dims: [channels], data: slopes });
  draft.remove(layer);
  draft.replace(user, { ...layer, inputs: [x, w, b, slope, ...adds], output: user.output });
  return true;
}

function fuseSum(draft: Draft, layer: Node<'FusedConv'>, user: Node<'Add'>): boolean {
  const other = user.inputs.find((name) => name !== layer.output) ?? '';
  const shapes = draft.shapes();
  const isSame = shapes.get(other)?.every((d, i) => d === shapes.get(layer.output)?.[i]) ?? false;
  const { addBefore, addAfter } = layer.attributes;
  if (!isSame || other in draft.constants || addAfter) return false;
  const isBefore = !isActivated(draft, layer) && !addBefore;
  const attributes = isBefore ? { addBefore: true, addAfter } : { addBefore, addAfter: true };
  // The sum is where all it needs exists.
  draft.remove(layer);
  draft.replace(user, { ...layer, inputs: [...layer.inputs, other], output: user.output, attributes });
  return true;
}

function isConcat(draft: Draft, value: string): boolean {
  return draft.producer(value)?.op === 'Concat';
}

/** Gives one sum or activation that no layer can take a layer of its own. @returns false when there is none */
function standAlone(draft: Draft): boolean {
  const shapes = draft.shapes();
  for (const node of draft.nodes) {
    const [x = '', y = ''] = node.inputs;
    const channels = shapes.get(x)?.[1] ?? 0;
    const constant = [x, y].find((name) => name in draft.constants);
    const vector = constant === undefined ? null : channelVector(draft.constants[constant]!, channels);
    const isSum = node.op === 'Add' && constant === undefined && shapes.get(y)?.[1] === channels;
    const isElementwise = node.op === 'Add' || node.op === 'Mul' || node.op === 'PRelu';
    const isConstant = isElementwise && vector !== null && constant === y;
    if (!isSum && !isConstant) continue;
    const scale = node.op === 'Mul' ? vector : null;
    const bias = node.op === 'Add' && vector !== null ? { dims: [channels], data: vector } : filled(channels, 0);
    const copy = passOn(draft, x, node, { scale, bias });
    if (isSum || node.op === 'PRelu') {
      draft.replace(node, copy, { ...node, inputs: [copy.output, y] });
    } else {
      draft.replace(node, { ...copy, output: node.output });
    }
    return true;
  }
  return copyAddedConcat(draft);
}

/** A layer can add a tensor, not several side by side. */
function copyAddedConcat(draft: Draft): boolean {
  for (const node of draft.nodes) {
    if (node.op !== 'FusedConv' && node.op !== 'FusedOutput') continue;
    const first = node.op === 'FusedConv' ? 4 : 3;
    const count = node.op === 'FusedOutput' ? Number(node.attributes.add) : node.inputs.length - first;
    const index = node.inputs.findIndex((name, i) => i >= first && i < first + count && isConcat(draft, name));
    const value = node.inputs[index];
    if (value === undefined) continue;
    const channels = draft.shapes().get(value)?.[1] ?? 0;
    const copy = passOn(draft, value, node, { scale: null, bias: filled(channels, 0) });
    const rounding = draft.quantised[value];
    if (rounding !== undefined) draft.quantised[copy.output] = rounding;
    draft.replace(node, copy, { ...node, inputs: node.inputs.map((n, i) => (i === index ? copy.output : n)) });
    return true;
  }
  return false;
}

/** A 1x1 layer that gives `scale * x + bias`. */
function passOn(
  draft: Draft,
  x: string,
  { name, output }: Node,
  { scale, bias }: { readonly scale: Float32Array | null; readonly bias: Tensor },
): Node<'FusedConv'> {
  const channels = bias.data.length;
  const inner = draft.freeName(`${output}.copy`);
  const weights = selectionWeights(countUp(channels), channels, scale);
  const w = draft.addConstant(`${inner}.weight`, weights);
  const b = draft.addConstant(`${inner}.bias`, bias);
  const slope = draft.addConstant(`${inner}.slope`, filled(channels, 1));
  const attributes = { addBefore: false, addAfter: false };
  return { op: 'FusedConv', name: `${name}.copy`, inputs: [x, w, b, slope], output: inner, attributes };
}
