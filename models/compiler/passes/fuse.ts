import type { Graph } from '../../ir/graph.ts';
import { printGraph } from '../../ir/print.ts';
import { verifyGraph } from '../../ir/verify.ts';
import { foldAffine } from './fold-affine.ts';
import { foldConstants } from './fold-constants.ts';
import { fuseConvs } from './fuse-convs.ts';
import { fuseOutput } from './fuse-output.ts';
import { readQuantisation } from './read-quantisation.ts';
import { dropOutputClamp, simplify } from './simplify.ts';
import { squareConvs } from './square-convs.ts';

export interface PassContext {
  /** What the full code is inside the network. */
  readonly inputMaximum: number;
}

export interface Pass {
  readonly name: string;
  readonly run: (graph: Graph, context: PassContext) => Graph;
}

/** What happens to every network, in this order. Each gives a graph of the same value, see fuse.test.ts. */
export const PASSES: readonly Pass[] = [
  { name: 'read-quantisation', run: readQuantisation },
  { name: 'drop-output-clamp', run: (graph, { inputMaximum }) => dropOutputClamp(graph, inputMaximum) },
  { name: 'simplify', run: simplify },
  { name: 'fold-constants', run: foldConstants },
  { name: 'square-convs', run: squareConvs },
  { name: 'fold-affine', run: foldAffine },
  { name: 'fuse-output', run: fuseOutput },
  { name: 'fuse-convs', run: fuseConvs },
];

/**
 * @param onStage gets the text of the graph after each pass
 * @returns the network as FusedConv, FusedOutput and Concat, and whatever no pass knew; verified after each pass
 * @throws AppError `model-unsupported`
 */
export function fuseGraph(graph: Graph, context: PassContext, onStage?: (pass: string, text: string) => void): Graph {
  return PASSES.reduce((before, { name, run }) => {
    const after = verifyGraph(run(before, context));
    onStage?.(name, printGraph(after));
    return after;
  }, graph);
}
