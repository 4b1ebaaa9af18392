import { AppError } from '../../../main/core/errors.ts';
import type { Graph, Node, Quantisation, Tensor } from '../../ir/graph.ts';
import { interpret } from '../../ir/interpret.ts';
import { Draft } from './draft.ts';

/**
 * Takes the rounding of an int8 network out of its nodes and writes it beside them: pairs of QuantizeLinear and
 * DequantizeLinear become notes in `quantised`, weights of DequantizeLinear become constants with `scales`. What is left
 * is the network before rounding, which all other passes know how to rewrite.
 * @throws AppError `model-unsupported` for rounding that does not come in pairs, or of other than 8 bits
 */
export function readQuantisation(graph: Graph): Graph {
  const draft = new Draft(graph);
  for (const node of [...draft.nodes]) {
    if (node.op === 'DequantizeLinear') readConstant(draft, node);
  }
  for (const node of [...draft.nodes]) {
    if (node.op === 'QuantizeLinear') readPair(draft, node);
  }
  shareAcrossConcat(draft);
  const left = draft.finish().nodes.find((n) => n.op === 'QuantizeLinear' || n.op === 'DequantizeLinear');
  if (left !== undefined) throw unsupported(left, 'one that stands alone');
  return draft.finish();
}

function readConstant(draft: Draft, node: Node<'DequantizeLinear'>): void {
  const codes = draft.constants[node.inputs[0] ?? ''];
  if (codes === undefined) return;
  const value = dequantise(node, codes);
  const { scales, zeroPoints } = node.attributes;
  const isWeight = codes.dims.length === 4;
  if (isWeight && zeroPoints.some((z) => z !== 0)) throw unsupported(node, 'weights with a zero point');
  const perOutput = Array.from({ length: codes.dims[0] ?? 0 }, (_, i) => scales[scales.length === 1 ? 0 : i] ?? 1);
  draft.remove(node);
  draft.constants[node.output] = isWeight ? { ...value, scales: perOutput } : value;
}

function dequantise(node: Node<'DequantizeLinear'>, codes: Tensor): Tensor {
  const input = { name: `${node.output}.unused`, channels: 1, height: 1, width: 1 };
  const [name = ''] = node.inputs;
  const alone: Graph = { name: node.name, input, output: node.output, constants: { [name]: codes }, nodes: [node] };
  return interpret(alone, { dims: [1, 1, 1, 1], data: new Float32Array(1) });
}

function readPair(draft: Draft, node: Node<'QuantizeLinear'>): void {
  const { scale, zeroPoint, minimum, maximum } = node.attributes;
  const [value = ''] = node.inputs;
  const offset = minimum === -128 ? 128 : 0;
  if (maximum - minimum !== 255) throw unsupported(node, `codes from ${minimum} to ${maximum}`);
  const users = draft.users(node.output);
  for (const user of users) {
    const isInverse =
      user.op === 'DequantizeLinear' &&
      user.attributes.scales.length === 1 &&
      user.attributes.scales[0] === scale &&
      user.attributes.zeroPoints[0] === zeroPoint;
    if (!isInverse) throw unsupported(node, `codes that ${user.op} reads`);
    note(draft, node, value, { scale, zeroPoint: zeroPoint + offset });
    if (draft.forward(user.output, value)) draft.remove(user);
    else draft.replace(user, { ...user, op: 'Identity', inputs: [value], attributes: {} });
  }
  draft.remove(node);
}

function note(draft: Draft, node: Node, value: string, quantisation: Quantisation): void {
  const known = draft.quantised[value];
  const isSame = known?.scale === quantisation.scale && known.zeroPoint === quantisation.zeroPoint;
  if (known !== undefined && !isSame) throw unsupported(node, `a second rounding of '${value}'`);
  draft.quantised[value] = quantisation;
}

/** Codes are put side by side as they are, so the parts are carried as the whole is. */
function shareAcrossConcat(draft: Draft): void {
  for (const node of [...draft.nodes].reverse()) {
    const whole = draft.quantised[node.output];
    if (node.op !== 'Concat' || whole === undefined) continue;
    const parts = node.inputs.filter((name) => !(name in draft.constants) && name !== draft.graph.input.name);
    for (const part of parts) note(draft, node, part, whole);
  }
}

function unsupported({ name, op }: Node, got: string): AppError {
  return new AppError(
    'model-unsupported',
    `expected rounding that Tandem knows at node '${name}' (${op}) but got ${got}`,
  );
}
