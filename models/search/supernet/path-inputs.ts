import type { Encoding, Space } from '../space/encoding.ts';
import { pathOf, supernetLayers } from './shapes.ts';
import type { PathLayer } from './shapes.ts';

/** Numbers a path sets for each cell: whether its 3x3 copies (skip), whether it is wide, whether a sum closes it. */
export const CELL_SWITCHES = 3;

/** What selects a path in the supernet's graph: no session is ever rebuilt for another path. */
export interface PathInputs {
  /** Over the merged weights of all layers: 1 on the path. */
  readonly mask: Float32Array;
  /** Over the outputs of all layers: 1 on the path. */
  readonly outputs: Float32Array;
  readonly switches: Float32Array;
}

/** @returns start of each layer's outputs in {@link PathInputs.outputs}, and their number in all */
export function outputStarts(space: Space): { starts: number[]; size: number } {
  let size = 0;
  const starts = supernetLayers(space).map((layer) => (size += layer.outputs) - layer.outputs);
  return { starts, size };
}

export function pathInputs(space: Space, encoding: Encoding): PathInputs {
  const layers = supernetLayers(space);
  const { starts, size } = outputStarts(space);
  const maskStarts: number[] = [];
  let maskSize = 0;
  for (const { inputs, outputs, kernel } of layers) {
    maskStarts.push(maskSize);
    maskSize += inputs * outputs * kernel * kernel;
  }
  const path = { mask: new Float32Array(maskSize), outputs: new Float32Array(size) };
  const mark = ({ place, inputs, outputs }: PathLayer): void => {
    const { inputs: all, kernel } = layers[place]!;
    const taps = kernel * kernel;
    path.outputs.fill(1, starts[place], starts[place]! + outputs);
    for (let o = 0; o < outputs; o++) {
      const from = maskStarts[place]! + o * all * taps;
      path.mask.fill(1, from, from + inputs * taps);
    }
  };
  const { first, cells, last } = pathOf(space, encoding);
  for (const layer of [first, ...cells.flatMap((cell) => cell.layers), last]) mark(layer);
  const switches = cells.flatMap(({ block, hasResidual }) =>
    [block === 'skip', block === 'wide', hasResidual].map(Number),
  );
  return { ...path, switches: Float32Array.from(switches) };
}
