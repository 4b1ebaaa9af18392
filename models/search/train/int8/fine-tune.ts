import { calibrate, chooseQuantisation } from '../../../compiler/int8/calibrate.ts';
import { ofSingleTaps } from '../../../compiler/flat-response.ts';
import { fuseGraph } from '../../../compiler/passes/fuse.ts';
import { importOnnx } from '../../../ir/import-onnx.ts';
import type { Tensor } from '../../../ir/graph.ts';
import type { NetConfig } from '../net/config.ts';
import { quantizerStateSize } from '../net/forward.ts';
import { buildInference, convInputName } from '../net/inference-graph.ts';
import { JUDGED_LOSS } from '../run/loss.ts';
import { mergeNet } from '../run/merge.ts';
import { bestParameters } from '../run/state.ts';
import type { TrainingState } from '../run/state.ts';
import { equaliseSkip } from './equalise-skip.ts';

/** Of the activations on each side. Tighter than is best after training: a net that is trained on learns to stay inside. */
export const TRAINED_CLIPPED_SHARE = 3e-4;

export interface FineTuning {
  readonly steps: number;
  readonly rate: number;
  /** LR pixels on a side. */
  readonly patch: number;
  readonly warmupSteps: number;
  /** Share of the activations on each side that may be clipped, as far as none of a flat area is. */
  readonly clippedShare: number;
  /** Pictures to see the activations on, `[1, 1, h, w]`, luma / 255. */
  readonly samples: readonly Tensor[];
}

/**
 * @param trained a finished f32 training
 * @returns the state before a training of the same net under rounding, by the PSNR of patches: from its moving average, the
 *   channels of its long skip evened out, with fixed ranges of the activations and a rate that decays from the warm-up on
 */
export async function startFineTuning(trained: TrainingState, options: FineTuning): Promise<TrainingState> {
  const { steps, rate, patch, warmupSteps, samples, clippedShare } = options;
  const { seed, batch, averageDecay, optimiser } = trained.config;
  const exact = trained.config.net;
  const { decay, mask } = trained.vectors;
  const reached = bestParameters(trained);
  const isChain = exact.cells === undefined;
  const best =
    isChain && exact.longSkip ? await equaliseSkip(exact, { p: reached, mask }, samples, clippedShare) : reached;
  const zeros = (): Float32Array => new Float32Array(best.length);
  const schedule = { rate, warmupSteps, patch, decayPatch: patch };
  return {
    // The masks of a pruned net have moved for the last time: what pruned it is not taken over.
    config: {
      net: { ...exact, quantize: true },
      seed,
      batch,
      loss: JUDGED_LOSS,
      optimiser,
      averageDecay,
      schedule,
      fixedRanges: true,
    },
    plan: { start: Math.min(warmupSteps, steps - 1), steps: Math.max(1, steps - warmupSteps) },
    step: 0,
    lrPixels: 0,
    momentSteps: 0,
    vectors: {
      ...{ p: best.slice(), m: zeros(), v: zeros(), average: best.slice() },
      ...{ decay: decay.slice(), mask: mask.slice(), quantizer: await measureQuantizer(exact, best, mask, options) },
    },
  };
}

/** Every code of eight bits. */
const FLAT_AREAS: Tensor = { dims: [1, 1, 1, 256], data: Float32Array.from({ length: 256 }, (_, code) => code / 255) };

/** Scale and zero point of each activation, as the f32 net has them on the samples and, never clipped, in flat areas. */
async function measureQuantizer(
  net: NetConfig,
  p: Float32Array,
  mask: Float32Array,
  { samples, clippedShare }: FineTuning,
): Promise<Float32Array> {
  const merged = await mergeNet(net, p, mask);
  const graph = fuseGraph(importOnnx(buildInference(net, merged)), { inputMaximum: 1 });
  const ranges = calibrate(graph, samples, { clippedShare });
  const flat = calibrate(ofSingleTaps(graph), [FLAT_AREAS], { clippedShare: 0 });
  const quantizer = new Float32Array(quantizerStateSize({ ...net, quantize: true }));
  for (let i = 0; i < quantizer.length; i += 2) {
    const name = convInputName(net, i / 2 + 1);
    const [seen, inFlat] = [ranges.get(name)!, flat.get(name)!];
    const { scale, zeroPoint } = chooseQuantisation({
      minimum: Math.min(seen.minimum, inFlat.minimum),
      maximum: Math.max(seen.maximum, inFlat.maximum),
    });
    quantizer.set([scale, zeroPoint], i);
  }
  return quantizer;
}
