import type { Graph, Node, ResizeAttributes } from '../../ir/graph.ts';
import { resizeTaps } from '../../ir/resize-taps.ts';
import { countUp, filled, selectionWeights } from './channels.ts';
import { Draft } from './draft.ts';

/** What stands behind the last convolution. */
interface Tail {
  /** Value that is shuffled, channels in the order of `mode`. */
  readonly sum: string;
  readonly scale: number;
  readonly mode: 'DCR' | 'CRD';
  readonly base: boolean;
}

/**
 * The end of a network becomes one op: last convolution + base + pixel shuffle. The base is the input itself, enlarged
 * by repetition after the shuffle or added to every channel before it.
 */
export function fuseOutput(graph: Graph): Graph {
  const draft = new Draft(graph);
  const tail = findTail(draft);
  if (tail === null) return graph;
  const channels = draft.shapes().get(tail.sum)?.[1] ?? 0;
  const planes = channels / (tail.scale * tail.scale);
  const isOrdered = tail.mode === 'CRD' || planes === 1;
  const { conv, add } = isOrdered ? lastConv(draft, tail.sum) : { conv: null, add: null };
  const inputs = conv?.inputs ?? selection(draft, tail, planes);
  const more = [...(add === null ? [] : [add]), ...(tail.base ? [graph.input.name] : [])];
  const attributes = { scale: tail.scale, add: add !== null, base: tail.base };
  const name = conv?.name ?? `${graph.output}.last`;
  draft.remove(draft.producer(graph.output)!);
  draft.nodes.push({ op: 'FusedOutput', name, inputs: [...inputs, ...more], output: graph.output, attributes });
  return draft.finish();
}

function findTail(draft: Draft): Tail | null {
  const { output } = draft.graph;
  const last = draft.producer(output);
  if (last === undefined) return null;
  if (last.op === 'Add') {
    const shuffled = last.inputs.map((name) => draft.producer(name)).find((n) => n?.op === 'DepthToSpace');
    if (shuffled?.op === 'DepthToSpace') {
      const { blockSize: scale, mode } = shuffled.attributes;
      const other = last.inputs.find((name) => name !== shuffled.output) ?? shuffled.output;
      const isAlone = draft.onlyUser(shuffled.output) === last;
      if (!isAlone || !isRepeatedInput(draft, other, scale)) return null;
      return { sum: shuffled.inputs[0] ?? '', scale, mode, base: true };
    }
    const sum = withoutBase(draft, last, 1, 'CRD');
    return sum === null
      ? { sum: output, scale: 1, mode: 'CRD', base: false }
      : { sum, scale: 1, mode: 'CRD', base: true };
  }
  if (last.op === 'DepthToSpace') {
    const { blockSize: scale, mode } = last.attributes;
    const value = last.inputs[0] ?? '';
    const add = draft.producer(value);
    const isAlone = draft.onlyUser(value) === last;
    const sum = isAlone && add?.op === 'Add' ? withoutBase(draft, add, scale, mode) : null;
    return { sum: sum ?? value, scale, mode, base: sum !== null };
  }
  return { sum: output, scale: 1, mode: 'CRD', base: false };
}

/** @returns the other summand where one is the input repeated for each channel of a square, null where none is */
function withoutBase(draft: Draft, add: Node<'Add'>, scale: number, mode: 'DCR' | 'CRD'): string | null {
  const { name: x, channels } = draft.graph.input;
  const shapes = draft.shapes();
  const isBase = (value: string): boolean => {
    if (value === x) return channels === 1 || scale === 1;
    const copies = draft.producer(value);
    const isRepeated = copies?.op === 'Concat' && copies.inputs.every((name) => name === x);
    return isRepeated && (channels === 1 || mode === 'DCR') && copies.inputs.length === scale * scale;
  };
  const [a = '', b = ''] = add.inputs;
  const sum = isBase(b) ? a : isBase(a) ? b : null;
  return sum !== null && shapes.get(sum)?.[1] === channels * scale * scale ? sum : null;
}

function isRepeatedInput(draft: Draft, value: string, scale: number): boolean {
  const resize = draft.producer(value);
  if (resize?.op !== 'Resize' || resize.inputs[0] !== draft.graph.input.name) return false;
  return resize.attributes.scale === scale && repeats(resize.attributes);
}

/** True where output sample y is input sample floor(y / scale). */
function repeats(attributes: ResizeAttributes): boolean {
  const phases = countUp(attributes.scale).map((phase) => resizeTaps(attributes, phase));
  return attributes.mode === 'nearest' && phases.every((taps) => taps.first === 0);
}

/** The convolution that makes the sum, taken out of the draft, and a tensor added to it. */
function lastConv(draft: Draft, sum: string): { conv: Node<'Conv'> | null; add: string | null } {
  const isFree = (value: string): boolean => {
    if (value === draft.graph.output) return true;
    return !(value in draft.quantised) && draft.users(value).length === 1;
  };
  const node = draft.producer(sum);
  if (node === undefined || !isFree(sum)) return { conv: null, add: null };
  if (isSquare(draft, node)) {
    if (sum !== draft.graph.output) draft.remove(node);
    return { conv: node, add: null };
  }
  if (node.op !== 'Add') return { conv: null, add: null };
  const shapes = draft.shapes();
  const index = node.inputs.findIndex((name, i) => {
    const conv = draft.producer(name);
    const isSame = shapes.get(name)?.[1] === shapes.get(node.inputs[1 - i] ?? '')?.[1];
    return conv !== undefined && isSame && draft.onlyUser(name) === node && isSquare(draft, conv);
  });
  const conv = draft.producer(node.inputs[index] ?? '');
  const add = node.inputs[1 - index] ?? '';
  if (conv?.op !== 'Conv' || add in draft.constants) return { conv: null, add: null };
  draft.remove(conv);
  if (sum !== draft.graph.output) draft.remove(node);
  return { conv, add };
}

/** Weights that only bring the channels into the order c, row, column. */
function selection(draft: Draft, { sum, scale, mode }: Tail, planes: number): string[] {
  const square = scale * scale;
  const from = countUp(planes * square).map((i) =>
    mode === 'CRD' ? i : (i % square) * planes + Math.floor(i / square),
  );
  // The sum itself has to stay a value, under a name that is not the output's.
  const value = sum === draft.graph.output ? rename(draft, sum) : sum;
  const weights = draft.addConstant(`${value}.order`, selectionWeights(from, from.length, null));
  return [value, weights, draft.addConstant(`${value}.none`, filled(from.length, 0))];
}

function rename(draft: Draft, value: string): string {
  const node = draft.producer(value)!;
  const inner = draft.freeName(`${value}.inner`);
  draft.replace(
    node,
    { ...node, output: inner },
    { op: 'Identity', name: inner, inputs: [inner], output: value, attributes: {} },
  );
  return inner;
}

/** True for a convolution that `squareConvs` has put into the one form that is fused. */
export function isSquare(draft: Draft, node: Node): node is Node<'Conv'> {
  if (node.op !== 'Conv' || node.inputs.length !== 3 || node.inputs.slice(1).some((n) => !(n in draft.constants))) {
    return false;
  }
  const [, , kh = 0, kw = 0] = draft.constants[node.inputs[1] ?? '']?.dims ?? [];
  const { pads, group, dilations } = node.attributes;
  const isPlain = group === 1 && dilations.every((d) => d === 1);
  return isPlain && kh === kw && pads.every((p) => 2 * p + 1 === kh);
}
