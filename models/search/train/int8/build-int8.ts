import { exportQdq } from '../../../compiler/int8/export-qdq.ts';
import { quantiseGraph } from '../../../compiler/int8/quantise.ts';
import { fuseGraph } from '../../../compiler/passes/fuse.ts';
import type { OnnxModel } from '../../../format/onnx.ts';
import { importOnnx } from '../../../ir/import-onnx.ts';
import { buildInference, convInputName } from '../net/inference-graph.ts';
import { mergeNet } from '../run/merge.ts';
import type { TrainingState } from '../run/state.ts';

const INPUT_MAXIMUM = 1;

/**
 * @param state of a net that is being quantised
 * @returns the moving average as an int8 network in standard operators, with the scales and zero points of the training
 */
export async function buildInt8({ config: { net }, vectors }: TrainingState): Promise<OnnxModel> {
  const merged = await mergeNet(net, vectors.average, vectors.mask);
  const graph = fuseGraph(importOnnx(buildInference(net, merged)), { inputMaximum: INPUT_MAXIMUM });
  const ranges = new Map<string, { minimum: number; maximum: number; means: number[] }>();
  for (let i = 0; i < vectors.quantizer.length; i += 2) {
    const [scale = 1, zero = 0] = vectors.quantizer.subarray(i, i + 2);
    // The weights are rounded already: no bias has to be corrected, so no means are needed.
    ranges.set(convInputName(net, i / 2 + 1), { minimum: -zero * scale, maximum: (255 - zero) * scale, means: [] });
  }
  return exportQdq(quantiseGraph(graph, ranges, INPUT_MAXIMUM));
}
