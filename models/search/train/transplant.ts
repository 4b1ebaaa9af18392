import { AppError } from '../../../main/core/errors.ts';
import { layersOf } from './net/config.ts';
import type { LayerShape, NetConfig } from './net/config.ts';
import { initialParameters, parameterLayout } from './net/parameters.ts';
import { expressMerged } from './run/express.ts';
import { mergeNet } from './run/merge.ts';
import { bestParameters } from './run/state.ts';
import type { TrainingState } from './run/state.ts';

/**
 * Parameters of a network on the body of a trained one: all its layers where the scale is the same; for another scale all
 * but the last, whose outputs are other pixels, and which starts as in a fresh network.
 * @throws AppError `wrong-usage` where the bodies differ
 */
export async function transplantBody(trained: TrainingState, net: NetConfig, seed: number): Promise<Float32Array> {
  const [theirs, ours] = [trained.config.net, net].map((of) => layersOf(of).slice(0, -1)) as [
    LayerShape[],
    LayerShape[],
  ];
  const shapeOf = (layers: readonly LayerShape[]): string =>
    layers.map(({ inputs, outputs, kernel }) => `${inputs}-${outputs} ${kernel}x${kernel}`).join(', ');
  if (shapeOf(theirs) !== shapeOf(ours)) {
    throw new AppError('wrong-usage', `expected a body of layers ${shapeOf(ours)} but got ${shapeOf(theirs)}`);
  }
  const body = await mergeNet(trained.config.net, bestParameters(trained), trained.vectors.mask);
  if (trained.config.net.scale === net.scale) return expressMerged(net, body, seed);
  const whole = new Float32Array(parameterLayout(net).maskSize).fill(1);
  const fresh = await mergeNet(net, initialParameters(net, seed), whole);
  return expressMerged(net, [...body.slice(0, -1), fresh.at(-1)!], seed);
}
