/** Kernels of {@link contributions}: MATLAB's cubic (a = -0.5) and Lanczos with three lobes. */
export type ResizeKernel = 'bicubic' | 'lanczos3';

/** What stands beyond the edge: the edge sample itself, or the image mirrored with the edge sample doubled. */
export type ResizeBorder = 'replicate' | 'mirror';

/** For each output sample `taps` input indices (inside the image) and weights that sum to 1, row by row. */
export interface ResizeTaps {
  readonly outLength: number;
  readonly taps: number;
  readonly indices: Int32Array;
  readonly weights: Float64Array;
}

/** How one dimension is resized. */
export interface ResizeTapsOptions {
  readonly inLength: number;
  readonly scale: number;
  readonly kernel: ResizeKernel;
  readonly border: ResizeBorder;
}

function cubic(x: number): number {
  const a = Math.abs(x);
  if (a <= 1) return 1.5 * a ** 3 - 2.5 * a ** 2 + 1;
  return a <= 2 ? -0.5 * a ** 3 + 2.5 * a ** 2 - 4 * a + 2 : 0;
}

function lanczos3(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= 3) return 0;
  const t = Math.PI * x;
  return (3 * Math.sin(t) * Math.sin(t / 3)) / (t * t);
}

const KERNELS = { bicubic: { weigh: cubic, width: 4 }, lanczos3: { weigh: lanczos3, width: 6 } } as const;

function insideIndex(index: number, length: number, border: ResizeBorder): number {
  if (border === 'replicate') return Math.max(0, Math.min(length - 1, index));
  const period = 2 * length;
  const wrapped = ((index % period) + period) % period;
  return wrapped < length ? wrapped : period - 1 - wrapped;
}

/**
 * The taps of one dimension as MATLAB's `imresize` makes them: `ceil(length * scale)` outputs, kernel stretched by
 * 1/scale when the image shrinks (antialias), weights normalised, columns of zeros dropped.
 */
export function contributions(options: ResizeTapsOptions): ResizeTaps {
  const { inLength, scale, border } = options;
  const { weigh, width } = KERNELS[options.kernel];
  const shrink = Math.min(1, scale);
  const support = width / shrink;
  const columns = Math.ceil(support) + 2;
  const outLength = Math.ceil(inLength * scale);
  const all = new Float64Array(outLength * columns);
  const lefts = new Int32Array(outLength);
  for (let x = 0; x < outLength; x++) {
    const centre = (x + 1) / scale + 0.5 * (1 - 1 / scale);
    const left = Math.floor(centre - support / 2);
    lefts[x] = left - 1;
    let sum = 0;
    for (let t = 0; t < columns; t++) sum += all[x * columns + t] = shrink * weigh(shrink * (centre - left - t));
    for (let t = 0; t < columns; t++) all[x * columns + t]! /= sum;
  }
  return dropZeroColumns({ inLength, outLength, columns, border }, lefts, all);
}

interface TapShape {
  readonly inLength: number;
  readonly outLength: number;
  readonly columns: number;
  readonly border: ResizeBorder;
}

function dropZeroColumns(shape: TapShape, lefts: Int32Array, all: Float64Array): ResizeTaps {
  const { inLength, outLength, columns, border } = shape;
  const kept: number[] = [];
  for (let t = 0; t < columns; t++) {
    for (let x = 0; x < outLength; x++) {
      if (all[x * columns + t] === 0) continue;
      kept.push(t);
      break;
    }
  }
  const taps = kept.length;
  const indices = new Int32Array(outLength * taps);
  const weights = new Float64Array(outLength * taps);
  for (let x = 0; x < outLength; x++) {
    kept.forEach((t, k) => {
      indices[x * taps + k] = insideIndex(lefts[x]! + t, inLength, border);
      weights[x * taps + k] = all[x * columns + t]!;
    });
  }
  return { outLength, taps, indices, weights };
}
