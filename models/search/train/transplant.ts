import { AppError } from '../../../main/core/errors.ts';
import { layersOf } from './net/config.ts';
import type { LayerShape, NetConfig } from './net/config.ts';
import type { MergedNumbers } from './net/inference-graph.ts';
import { initialParameters, parameterLayout } from './net/parameters.ts';
import { expressMerged } from './run/express.ts';
import { mergeNet } from './run/merge.ts';
import { bestParameters } from './run/state.ts';
import type { TrainingState } from './run/state.ts';

/**
 * Parameters of a network on the body of a trained one: all its layers where the scale is the same; for another scale all
 * but the last, whose outputs are other pixels, and which starts as in a fresh network. The body may be narrower: then the
 * channels that are added start as in a fresh network and are not read yet, so the function stays what it was (source: the
 * idea of Net2Net, Chen et al., ICLR 2016).
 * @throws AppError `wrong-usage` where the trained body is wider or of other layers
 */
export async function transplantBody(trained: TrainingState, net: NetConfig, seed: number): Promise<Float32Array> {
  const [theirs, ours] = [layersOf(trained.config.net), layersOf(net)];
  const kept = trained.config.net.scale === net.scale ? ours.length : ours.length - 1;
  checkBodies(theirs.slice(0, -1), ours.slice(0, -1));
  const whole = new Float32Array(parameterLayout(net).maskSize).fill(1);
  const fresh = await mergeNet(net, initialParameters(net, seed), whole);
  const body = await mergeNet(trained.config.net, bestParameters(trained), trained.vectors.mask);
  const merged = fresh.map((own, i) => (i < kept ? widen(own, ours[i]!, body[i]!, theirs[i]!) : own));
  return expressMerged(net, merged, seed);
}

function checkBodies(theirs: readonly LayerShape[], ours: readonly LayerShape[]): void {
  const fits =
    theirs.length === ours.length &&
    theirs.every(({ inputs, outputs, kernel, residualFrom }, i) => {
      const own = ours[i]!;
      const isWideEnough = inputs <= own.inputs && outputs <= own.outputs;
      return isWideEnough && kernel === own.kernel && residualFrom === own.residualFrom;
    });
  if (fits) return;
  const describe = (layers: readonly LayerShape[]): string =>
    layers.map(({ inputs, outputs, kernel }) => `${inputs}-${outputs} ${kernel}x${kernel}`).join(', ');
  throw new AppError(
    'wrong-usage',
    `expected a body of layers ${describe(ours)}, or narrower, but got ${describe(theirs)}`,
  );
}

/** The fresh layer, with the trained one in its first channels; those read no others. */
function widen(fresh: MergedNumbers, to: LayerShape, trained: MergedNumbers, from: LayerShape): MergedNumbers {
  const weights = fresh.weights.slice();
  const taps = to.kernel ** 2;
  for (let o = 0; o < from.outputs; o++) {
    const row = weights.subarray(o * to.inputs * taps, (o + 1) * to.inputs * taps).fill(0);
    row.set(trained.weights.subarray(o * from.inputs * taps, (o + 1) * from.inputs * taps));
  }
  const grow = (own: Float32Array, first: Float32Array): Float32Array => {
    const grown = own.slice();
    grown.set(first);
    return grown;
  };
  const slope = fresh.slope && trained.slope && grow(fresh.slope, trained.slope);
  return { weights, bias: grow(fresh.bias, trained.bias), slope };
}
