import { cutMiddle, validate } from './train/run/validate.ts';
import type { ValidationImage, TrainingSet } from './train/data/training-set.ts';
import type { Backend } from './train/emit/emitter.ts';
import type { NetConfig } from './train/net/config.ts';
import { countWeights } from './train/net/config.ts';
import { parameterLayout } from './train/net/parameters.ts';
import { expressMerged } from './train/run/express.ts';
import { flatWeights } from './train/run/merge.ts';
import { createState } from './train/run/state.ts';
import { Trainer } from './train/run/trainer.ts';
import { costOfMasks } from './prune/budget.ts';
import type { LatencyModel } from './prune/budget.ts';
import { chooseUniformMasks } from './prune/choose-masks.ts';
import { predictLatency } from './latency.ts';
import { netOf, schemesOf } from './space/encoding.ts';
import type { Encoding } from './space/encoding.ts';
import type { SearchSettings } from './settings.ts';
import { inheritLayers } from './supernet/inherit.ts';
import type { MergedSupernet } from './supernet/inherit.ts';

/** An encoding's quality and cost after a short masked training. */
export interface Evaluation {
  /** dB on the validation split. */
  readonly psnr: number;
  /** Of the compiled, pruned network for a 1280x720 output. */
  readonly ms: number;
  readonly gmac: number;
  readonly weights: number;
}

export interface EvaluationTools {
  readonly settings: SearchSettings;
  readonly supernet: MergedSupernet;
  readonly latency: LatencyModel;
  readonly training: TrainingSet;
  /** Cut as {@link evaluationImages} does. */
  readonly images: readonly ValidationImage[];
  readonly backend: Backend;
}

/** @returns the middles of some validation images, spread over the sets */
export function evaluationImages(settings: SearchSettings, validation: readonly ValidationImage[]): ValidationImage[] {
  const { images, side } = settings.architecture;
  const step = Math.max(1, validation.length / images);
  const count = Math.min(images, validation.length);
  return Array.from({ length: count }, (_, i) => cutMiddle(validation[Math.floor(i * step)]!, side, settings.scale));
}

/** The same function without branches: a short training does not need them, and its steps are cheaper. */
export function withoutBranches(net: NetConfig): NetConfig {
  const cells = net.cells?.map((cell) => (cell.block === 'edge' ? { ...cell, block: 'plain' as const } : cell));
  return { ...net, block: 'plain', ...(cells === undefined ? {} : { cells }) };
}

/**
 * Inherits from the supernet, prunes by the encoding's schemes at the reference share, trains a few masked steps, and
 * validates.
 * @param steps none: the supernet's own weights
 */
export async function evaluateEncoding(
  encoding: Encoding,
  tools: EvaluationTools,
  steps = tools.settings.architecture.steps,
): Promise<Evaluation> {
  const { settings, supernet, latency, images } = tools;
  const net = withoutBranches(netOf(encoding));
  const merged = inheritLayers(settings.space, encoding, supernet);
  const { maskSize } = parameterLayout(net);
  const mask = chooseUniformMasks(
    {
      net,
      schemes: schemesOf(encoding),
      weights: flatWeights(merged),
      sensitivity: new Float32Array(maskSize),
      mask: new Float32Array(maskSize).fill(1),
    },
    settings.architecture.referenceKept,
  );
  const p = await expressMerged(net, merged, settings.seed);
  const trained = await trainMasked({ net, p, mask, steps }, tools);
  return {
    psnr: await validate(net, trained, mask, images),
    ms: predictLatency(encoding, mask, latency),
    gmac: costOfMasks(net, mask, { unit: 'gmac', most: 0, dataType: 'f32' }),
    weights: countWeights(net),
  };
}

interface MaskedTraining {
  readonly net: NetConfig;
  readonly p: Float32Array;
  readonly mask: Float32Array;
  readonly steps: number;
}

async function trainMasked({ net, p, mask, steps }: MaskedTraining, tools: EvaluationTools): Promise<Float32Array> {
  if (steps === 0) return p;
  const { batch, schedule } = tools.settings.training;
  const { patch, rate } = schedule;
  const state = createState(
    {
      net,
      seed: tools.settings.seed,
      batch,
      loss: 'l1',
      schedule: { rate, warmupSteps: Math.ceil(steps / 20), patch, decayPatch: patch },
      averageDecay: 0.98,
    },
    steps,
  );
  // Half of the steps decay: what is compared is where training would settle.
  state.plan = { start: steps >> 1, steps: steps - (steps >> 1) };
  state.vectors.p.set(p);
  state.vectors.average.set(p);
  state.vectors.mask.set(mask);
  const trainer = new Trainer(state, tools.training, tools.backend);
  try {
    while (state.step < steps) await trainer.step();
  } finally {
    await trainer.close();
  }
  return state.vectors.average;
}
