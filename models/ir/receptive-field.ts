import { AppError } from '../../main/core/errors.ts';
import type { Graph, Node, Shape } from './graph.ts';
import { ruleOf } from './ops.ts';
import { inferShapes } from './verify.ts';

/**
 * What a value's sample depends on: with `scale` samples of it per input sample, sample y depends on the input samples
 * `floor(y / scale) + low .. + high`, along each axis.
 */
interface Dependence {
  readonly scale: number;
  readonly rows: Interval;
  readonly columns: Interval;
}

type Interval = readonly [low: number, high: number];

/**
 * Side of the centred square of input samples that one output sample depends on, always odd: `(side - 1) / 2` is the
 * halo with which a tile's result equals the whole picture's. Never too small; too large by a sample where layers at
 * different resolutions meet.
 * @throws AppError `model-unsupported` when branches of different resolution are joined
 */
export function receptiveField(graph: Graph): number {
  const size = { height: graph.input.height ?? 48, width: graph.input.width ?? 48 };
  const shapes = inferShapes(graph, size);
  const known = new Map<string, Dependence>();
  known.set(graph.input.name, { scale: 1, rows: [0, 0], columns: [0, 0] });
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => known.get(name)).filter((d) => d !== undefined);
    if (inputs.length === 0) continue;
    const joined = inputs.reduce((a, b) => join(node, a, b));
    const nodeShapes = node.inputs.map((name) => shapes.get(name) ?? []);
    known.set(node.output, step(node, joined, nodeShapes));
  }
  const output = known.get(graph.output);
  if (output === undefined) throw new AppError('model-invalid', 'expected an output that depends on the input');
  return 2 * Math.max(...[...output.rows, ...output.columns].map(Math.abs)) + 1;
}

function step(node: Node, from: Dependence, shapes: readonly Shape[]): Dependence {
  const rule = ruleOf(node);
  const { rows, columns } = rule.reach?.(node, shapes) ?? { rows: [0, 0], columns: [0, 0] };
  return {
    rows: grow(from.rows, rows, from.scale),
    columns: grow(from.columns, columns, from.scale),
    scale: from.scale * (rule.scale?.(node) ?? 1),
  };
}

/** `reach` counts samples of a value with `scale` samples per input sample; the result holds for any phase of y. */
function grow(from: Interval, reach: Interval, scale: number): Interval {
  return [from[0] + Math.floor(reach[0] / scale), from[1] + Math.floor((scale - 1 + reach[1]) / scale)];
}

function join(node: Node, a: Dependence, b: Dependence): Dependence {
  if (a.scale !== b.scale) {
    throw new AppError('model-unsupported', `expected inputs of one resolution at node '${node.name}' (${node.op})`);
  }
  const union = (x: Interval, y: Interval): Interval => [Math.min(x[0], y[0]), Math.max(x[1], y[1])];
  return { ...a, rows: union(a.rows, b.rows), columns: union(a.columns, b.columns) };
}
