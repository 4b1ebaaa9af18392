import { AppError } from '../../main/core/errors.ts';
import { defaultSpace, quickSpace } from './space/draw.ts';
import type { Space } from './space/encoding.ts';
import type { Scheme } from './space/scheme.ts';
import { JUDGED_LOSS } from './train/run/loss.ts';
import type { ScheduleConfig } from './train/run/schedule.ts';

/** Everything that decides a search, besides data. Kept in the search's folder: a resumed search is the same one. */
export interface SearchSettings {
  /** As a person names it: what is measured there is of no use elsewhere. */
  readonly device: string;
  readonly scale: 2 | 3 | 4;
  /** Of a 1280x720 output, with all of the device's threads. */
  readonly targetMs: number;
  readonly seed: number;
  readonly isQuick: boolean;
  readonly space: Space;
  /** Networks that are measured whole, to check the latency model. */
  readonly calibrations: number;
  readonly supernet: { steps: number; batch: number; patch: number; rate: number; warmupSteps: number };
  readonly architecture: {
    /** Encodings that are evaluated. */
    readonly evaluations: number;
    /** Masked steps of each. */
    readonly steps: number;
    /** Share of a pruned layer's groups that is kept. */
    readonly referenceKept: number;
    /** Validation images, and LR pixels on a side of each. */
    readonly images: number;
    readonly side: number;
  };
  /** Training of what was found. */
  readonly training: {
    readonly batch: number;
    readonly schedule: ScheduleConfig;
    readonly averageDecay: number;
    readonly denseSteps: number;
    readonly regulariseSteps: number;
    readonly moveSteps: number;
    readonly everySteps: number;
    readonly strength: number;
    readonly finetuneSteps: number;
    readonly quantiseSteps: number;
  };
  readonly experiments: {
    readonly rank: { readonly encodings: number; readonly aloneSteps: number };
    readonly compare: { readonly rows: number };
    /** Of each pruning, its mask's moves and the decay included. */
    readonly prunings: { readonly steps: number };
    readonly distillation: { readonly steps: number };
  };
  /** A trained dense network to prune instead of searching an architecture. */
  readonly dense: { readonly checkpoint: string; readonly scheme: Scheme } | null;
  /** Instead of the latency: executed multiply-adds for a 1280x720 output, in 1e9. */
  readonly gmac: number | null;
  /** A checkpoint of a wider network that is learnt from, beside the images. */
  readonly teacher: string | null;
}

/** How the network that was found is trained, and the plain ones that it is compared with. */
export const METHOD = { loss: JUDGED_LOSS, optimiser: 'muon' } as const;

export interface SettingsRequest {
  readonly device: string;
  readonly scale: 2 | 3 | 4;
  readonly targetMs: number;
  readonly isQuick: boolean;
  readonly seed: number;
  readonly dense: SearchSettings['dense'];
  readonly gmac: number | null;
  readonly teacher: string | null;
}

/** @returns the settings of a search: hours long, or one of minutes that tries every stage */
export function planSearch(request: SettingsRequest): SearchSettings {
  return request.isQuick ? quickSearch(request) : wholeSearch(request);
}

function wholeSearch(request: SettingsRequest): SearchSettings {
  return {
    ...request,
    space: defaultSpace(request.scale),
    calibrations: 12,
    experiments: {
      rank: { encodings: 24, aloneSteps: 8000 },
      compare: { rows: 400 },
      prunings: { steps: 8000 },
      distillation: { steps: 8000 },
    },
    supernet: { steps: 12_000, batch: 16, patch: 32, rate: 5e-4, warmupSteps: 500 },
    architecture: { evaluations: 160, steps: 300, referenceKept: 0.5, images: 16, side: 96 },
    training: {
      batch: 16,
      schedule: { rate: 1e-3, warmupSteps: 200, patch: 32, decayPatch: 48 },
      averageDecay: 0.999,
      // A body that was trained already needs no dense steps.
      denseSteps: request.dense === null ? 20_000 : 0,
      regulariseSteps: 4000,
      moveSteps: 6000,
      everySteps: 100,
      strength: 0.1,
      finetuneSteps: 20_000,
      quantiseSteps: 6000,
    },
  };
}

function quickSearch(request: SettingsRequest): SearchSettings {
  return {
    ...request,
    space: quickSpace(request.scale),
    calibrations: 4,
    experiments: {
      rank: { encodings: 3, aloneSteps: 10 },
      compare: { rows: 45 },
      prunings: { steps: 40 },
      distillation: { steps: 20 },
    },
    supernet: { steps: 40, batch: 16, patch: 12, rate: 2e-3, warmupSteps: 5 },
    architecture: { evaluations: 20, steps: 4, referenceKept: 0.5, images: 2, side: 32 },
    training: {
      batch: 16,
      schedule: { rate: 1e-3, warmupSteps: 5, patch: 12, decayPatch: 16 },
      averageDecay: 0.99,
      denseSteps: request.dense === null ? 30 : 0,
      regulariseSteps: 20,
      moveSteps: 30,
      everySteps: 10,
      strength: 0.1,
      finetuneSteps: 40,
      quantiseSteps: 20,
    },
  };
}

/** @returns milliseconds of `10ms` or `60fps`. @throws AppError `wrong-usage` */
export function parseTarget(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*(ms|fps)$/.exec(text.trim());
  const value = Number(found?.[1]);
  if (found === null || !(value > 0)) {
    throw new AppError('wrong-usage', `expected a target such as 10ms or 60fps but got '${text}'`);
  }
  return found[2] === 'ms' ? value : 1000 / value;
}
