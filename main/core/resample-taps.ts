/** Which samples of a line make up each sample of a resampled line. */
export interface LineTaps {
  readonly inLength: number;
  readonly outLength: number;
  /** Samples per output sample, at most `inLength`. */
  readonly taps: number;
  /** First input sample of each output sample; the others follow it. Never decreases. */
  readonly starts: Int32Array;
  /** `outLength * taps` weights; those of an output sample sum to 1. */
  readonly weights: Float64Array;
  /** The weights times {@link FIXED_ONE}, in integers that sum to it exactly. */
  readonly fixed: Int32Array;
}

/** 1.0 in the integer weights. */
export const FIXED_ONE = 1 << 14;

export interface LineMapping {
  readonly inLength: number;
  readonly outLength: number;
  /** Input samples from one output sample to the next. */
  readonly step: number;
  /** Where output sample 0 lies, in input samples. */
  readonly origin: number;
}

/** Catmull-Rom, the cubic with a = -0.5: interpolating, so a sample that is hit exactly stays as it is. */
function catmullRom(distance: number): number {
  const x = Math.abs(distance);
  if (x >= 2) return 0;
  return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2;
}

/** Taps for a line whose border is its edge sample repeated. The kernel widens by `step` when a line shrinks. */
export function planLine(mapping: LineMapping): LineTaps {
  const { inLength, outLength, step, origin } = mapping;
  const stretch = Math.max(1, step);
  const reach = 2 * Math.ceil(2 * stretch);
  const taps = Math.min(reach, inLength);
  const starts = new Int32Array(outLength);
  const weights = new Float64Array(outLength * taps);
  const fixed = new Int32Array(outLength * taps);
  for (let i = 0; i < outLength; i++) {
    const centre = origin + i * step;
    const left = Math.floor(centre) - reach / 2 + 1;
    const start = clamp(left, 0, inLength - taps);
    starts[i] = start;
    const line = weights.subarray(i * taps, (i + 1) * taps);
    for (let t = left; t < left + reach; t++) {
      line[clamp(t, 0, inLength - 1) - start]! += catmullRom((t - centre) / stretch);
    }
    normalise(line, fixed.subarray(i * taps, (i + 1) * taps));
  }
  return { inLength, outLength, taps, starts, weights, fixed };
}

function normalise(line: Float64Array, fixed: Int32Array): void {
  const sum = line.reduce((total, weight) => total + weight, 0);
  let rest = FIXED_ONE;
  let greatest = 0;
  line.forEach((weight, t) => {
    line[t] = weight / sum;
    fixed[t] = Math.round((weight / sum) * FIXED_ONE);
    rest -= fixed[t];
    if (line[t] > line[greatest]!) greatest = t;
  });
  fixed[greatest]! += rest;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
