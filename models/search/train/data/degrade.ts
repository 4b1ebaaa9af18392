import type { PairStore } from './pair-store.ts';
import { gaussian, uniform } from '../random.ts';

/** An 8-bit luma picture. */
export interface LumaPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** What makes LR look like video that was made small: handed in, since it takes an encoder. */
export interface Degradation {
  /** Tells one way from another: samples are kept under this name. */
  readonly id: string;
  /** @returns the picture's samples after an encoder of this crf */
  readonly compress: (picture: LumaPicture, crf: number) => Promise<Uint8Array>;
}

/** Counted up whenever the same pictures come out otherwise: samples are kept. */
export const DEGRADATION_VERSION = 2;

/** As clips in the wild have it: from nearly clean to visibly blocky. */
const CRF = { least: 18, most: 34 } as const;
/** Deviations of the blur in pixels and of the noise in code values, at most. */
const MOST = { blur: 0.6, noise: 2 } as const;
/** Of the pictures that have either; where all had, clean drawings came out worse than by Lanczos. */
const SOFT_SHARE = 1 / 3;
const SEED = 264;

/**
 * Blurs some LR pictures a little and adds a little noise to them, and encodes each; HR stays as it is. Which and how much is
 * a function of the picture's place.
 */
export async function degradePairs(
  store: PairStore,
  { compress }: Degradation,
  onProgress?: (done: number, total: number) => void,
): Promise<PairStore> {
  const lr = new Uint8Array(store.lr.length);
  for (const [i, { lrOffset, lrWidth: width, lrHeight: height }] of store.pairs.entries()) {
    const clean = { width, height, data: store.lr.subarray(lrOffset, lrOffset + width * height) };
    const data = uniform(SEED, 4 * i + 3) < SOFT_SHARE ? soften(clean, i) : clean.data;
    const crf = CRF.least + Math.round((CRF.most - CRF.least) * uniform(SEED, 4 * i));
    lr.set(await compress({ width, height, data }, crf), lrOffset);
    onProgress?.(i + 1, store.pairs.length);
  }
  return { ...store, lr };
}

/** A separable blur of three taps, and noise. */
export function soften({ width, height, data }: LumaPicture, place: number): Uint8Array {
  const side = Math.exp(-0.5 / Math.max(1e-3, (MOST.blur * uniform(SEED, 4 * place + 1)) ** 2));
  const deviation = MOST.noise * uniform(SEED, 4 * place + 2);
  const blurred = blurAlong(blurAlong(Float32Array.from(data), { width, height, side, step: 1 }), {
    ...{ width, height, side },
    step: width,
  });
  return Uint8Array.from(blurred, (v, i) =>
    Math.min(255, Math.max(0, Math.round(v + deviation * gaussian(SEED + 1 + place, i)))),
  );
}

function blurAlong(
  x: Float32Array,
  { width, height, side, step }: { width: number; height: number; side: number; step: number },
): Float32Array {
  const whole = 1 + 2 * side;
  const [length, along] =
    step === 1 ? [width, (i: number) => i % width] : [height, (i: number) => Math.floor(i / width)];
  return x.map((v, i) => {
    const at = along(i);
    const before = at === 0 ? v : x[i - step]!;
    const after = at === length - 1 ? v : x[i + step]!;
    return (v + side * (before + after)) / whole;
  });
}
