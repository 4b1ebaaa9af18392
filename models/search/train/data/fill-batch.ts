import { HR_STEPS } from './prepare-image.ts';
import type { Levels } from './levels.ts';
import type { PairStore } from './pair-store.ts';
import type { Patch } from './patch-picker.ts';

/** A walk over a turned square: sample (y, x) of the turned patch is `first + y * yStep + x * xStep`. */
interface Walk {
  readonly first: number;
  readonly yStep: number;
  readonly xStep: number;
}

/**
 * The eight flips and transposes of a square.
 * @param first index of the square's top-left sample
 * @param stride samples per row of the whole image
 */
function turnedWalk(first: number, stride: number, side: number, turn: number): Walk {
  const flipX = (turn & 1) !== 0;
  const flipY = (turn & 2) !== 0;
  const corner = first + (flipX ? side - 1 : 0) + (flipY ? (side - 1) * stride : 0);
  const alongX = flipX ? -1 : 1;
  const alongY = flipY ? -stride : stride;
  return (turn & 4) !== 0
    ? { first: corner, yStep: alongX, xStep: alongY }
    : { first: corner, yStep: alongY, xStep: alongX };
}

/** What an encoder made of LR can lie outside of its levels, but no picture that is read lies outside of [0, 1]. */
function copyLr(
  samples: Uint8Array,
  walk: Walk,
  { side, levels: { black, span } }: { side: number; levels: Levels },
  out: Float32Array,
  outFirst: number,
): void {
  for (let y = 0, o = outFirst; y < side; y++) {
    let i = walk.first + y * walk.yStep;
    for (let x = 0; x < side; x++, i += walk.xStep) {
      out[o++] = Math.min(1, Math.max(0, (samples[i]! - black) / span));
    }
  }
}

/** Space to depth on the way: output channel dy * scale + dx holds the samples (y * scale + dy, x * scale + dx). */
function copyHr(
  samples: Uint16Array,
  walk: Walk,
  shape: { side: number; scale: number; levels: Levels },
  out: Float32Array,
  outFirst: number,
): void {
  const { side, scale, levels } = shape;
  const black = levels.black * HR_STEPS;
  const toUnit = 1 / (levels.span * HR_STEPS);
  const xStep = walk.xStep * scale;
  let o = outFirst;
  for (let dy = 0; dy < scale; dy++) {
    for (let dx = 0; dx < scale; dx++) {
      for (let y = 0; y < side; y++) {
        let i = walk.first + (y * scale + dy) * walk.yStep + dx * walk.xStep;
        for (let x = 0; x < side; x++, i += xStep) out[o++] = (samples[i]! - black) * toUnit;
      }
    }
  }
}

/** Copies one patch, turned, into sample `index` of a batch; layouts as TrainingSet.fillBatch gives them. */
export function copyPatch(
  store: PairStore,
  patch: Patch,
  shape: { side: number; scale: number; index: number },
  lr: Float32Array,
  hr: Float32Array,
): void {
  const { side, scale, index } = shape;
  const { pair, x, y, turn, levels } = patch;
  const lrFirst = pair.lrOffset + y * pair.lrWidth + x;
  copyLr(store.lr, turnedWalk(lrFirst, pair.lrWidth, side, turn), { side, levels }, lr, index * side * side);
  const hrWidth = pair.lrWidth * scale;
  const hrFirst = pair.hrOffset + y * scale * hrWidth + x * scale;
  const hrWalk = turnedWalk(hrFirst, hrWidth, side * scale, turn);
  copyHr(store.hr, hrWalk, { side, scale, levels }, hr, index * side * side * scale * scale);
}
