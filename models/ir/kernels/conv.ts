import type { OpAttributes, Tensor } from '../graph.ts';
import type { Kernel } from '../interpret.ts';

/** Sums in float64, channel by channel and row by row of the kernel; positions outside the picture count as zero. */
export const CONV_KERNEL: Kernel<'Conv'> = (node, [x, w, b], output) => {
  if (x === undefined || w === undefined) return;
  const [, outChannels = 0, height = 0, width = 0] = output.dims;
  const sumRow = convolver(x, w, b, { ...node.attributes, width });
  for (let m = 0; m < outChannels; m += 1) {
    for (let y = 0; y < height; y += 1) output.data.set(sumRow(m, y), (m * height + y) * width);
  }
};

/** @returns a function that gives one row of sums of one output channel, valid until its next call */
export function convolver(
  x: Tensor,
  w: Tensor,
  b: Tensor | undefined,
  { pads, dilations: [dy, dx], group, width }: OpAttributes['Conv'] & { readonly width: number },
): (channel: number, y: number) => Float64Array {
  const [outChannels = 0, perGroup = 0, kh = 0, kw = 0] = w.dims;
  const padded = padWithZeros(x, pads);
  const sums = new Float64Array(width);
  return (m, y) => {
    const firstChannel = Math.floor(m / (outChannels / group)) * perGroup;
    sums.fill(b?.data[m] ?? 0);
    for (let c = 0; c < perGroup; c += 1) {
      for (let ky = 0; ky < kh; ky += 1) {
        const from = ((firstChannel + c) * padded.height + y + ky * dy) * padded.width;
        addRow(sums, padded.data, from, w.data, ((m * perGroup + c) * kh + ky) * kw, kw, dx);
      }
    }
    return sums;
  };
}

/** `sums[i] += Σ weights[at + k] * row[from + i + k * dilation]` over the kernel's columns. */
function addRow(
  sums: Float64Array,
  row: Float64Array,
  from: number,
  weights: Float32Array,
  at: number,
  columns: number,
  dilation: number,
): void {
  if (columns === 3) {
    // The common width in one pass over the sums, which is what takes the time.
    const [w0, w1, w2] = [weights[at]!, weights[at + 1]!, weights[at + 2]!];
    const [second, third] = [from + dilation, from + 2 * dilation];
    for (let i = 0; i < sums.length; i += 1) {
      const products = w0 * row[from + i]! + w1 * row[second + i]! + w2 * row[third + i]!;
      sums[i] = sums[i]! + products;
    }
    return;
  }
  for (let k = 0; k < columns; k += 1) {
    const weight = weights[at + k]!;
    const first = from + k * dilation;
    for (let i = 0; i < sums.length; i += 1) sums[i] = sums[i]! + weight * row[first + i]!;
  }
}

function padWithZeros(
  { dims, data }: Tensor,
  [top, left, bottom, right]: readonly [number, number, number, number],
): { data: Float64Array; height: number; width: number } {
  const [, channels = 0, height = 0, width = 0] = dims;
  const size = { height: height + top + bottom, width: width + left + right };
  const padded = new Float64Array(channels * size.height * size.width);
  for (let c = 0; c < channels; c += 1) {
    for (let y = 0; y < height; y += 1) {
      const from = (c * height + y) * width;
      padded.set(data.subarray(from, from + width), (c * size.height + y + top) * size.width + left);
    }
  }
  return { data: padded, ...size };
}
