import type { Tensor } from '../autodiff/tensor.ts';
import type { Emitter } from './emitter.ts';
import { blockedConv, divides, reorderInput, reorderOutput } from './nchwc-nodes.ts';
import { reverseTaps } from './plain.ts';
import { ints } from './writer.ts';

/** Bytes of kernel that stay in a core's L2 while all images pass over them. */
const KERNEL_BYTES = 256 * 1024;

/** @returns rows of a band: the largest divisor of the height whose kernel fits */
function bandRows(height: number, rowBytes: number): number {
  let rows = 1;
  for (let candidate = 2; candidate <= height; candidate++) {
    if (height % candidate === 0 && candidate * rowBytes <= KERNEL_BYTES) rows = candidate;
  }
  return rows;
}

/**
 * [N, R, H, W] as the image [R, N, H + 2 pad, W + 2 pad] of a weight gradient, in blocks of samples. The zeros are
 * written out: the kernel treats padded outputs one by one, and here nearly all are.
 */
function samplesAsChannels(e: Emitter, x: Tensor, pad: number): string {
  const { writer } = e;
  const turned = writer.node('Transpose', [e.plain(x)], { perm: ints([1, 0, 2, 3]) });
  const padded = pad === 0 ? turned : writer.node('Pad', [turned, writer.shape([0, 0, pad, pad, 0, 0, pad, pad])]);
  return reorderInput(e, padded);
}

/** Elements [start, start + length) along an axis. */
function cut(e: Emitter, x: string, axis: number, start: number, length: number): string {
  const { writer } = e;
  return writer.node('Slice', [x, writer.shape([start]), writer.shape([start + length]), writer.shape([axis])]);
}

/**
 * dW as a convolution over the samples: the image is one of x and dy with batch and channels swapped, the kernel is the
 * other one, as large as the patch. The one with whole blocks of channels is the kernel; with x in that role the taps
 * come out reversed. It is summed band by band of rows, so that a band of the kernel stays in the cache while all
 * images pass over it (twice as fast as the whole kernel at 32 channels).
 */
export function convWeightGrad(e: Emitter, t: Tensor<'convWeightGrad'>): string {
  const { writer, block: b } = e;
  const [x, dy] = t.inputs as [Tensor, Tensor];
  const [m, c, k] = t.shape as [number, number, number];
  const [n, , h, w] = x.shape as [number, number, number, number];
  const dyIsKernel = divides(e, m);
  const [imageTensor, kernelTensor] = dyIsKernel ? [x, dy] : [dy, x];
  const [images, filters] = [imageTensor.shape[1]!, kernelTensor.shape[1]!];
  const pad = (k - 1) / 2;
  const paddedWidth = w + 2 * pad;

  const image = samplesAsChannels(e, imageTensor, pad);
  const imageRows = writer.node('Reshape', [image, writer.shape([(images * n) / b, h + 2 * pad, paddedWidth * b])]);
  const kernelRows = writer.node('Reshape', [e.blocked(kernelTensor), writer.shape([n * (filters / b), h, w * b])]);
  const rows = bandRows(h, filters * n * w * Float32Array.BYTES_PER_ELEMENT);
  let sum = '';
  for (let top = 0; top < h; top += rows) {
    const band = writer.node('Reshape', [
      cut(e, imageRows, 1, top, rows + 2 * pad),
      writer.shape([images, n, rows + 2 * pad, paddedWidth]),
    ]);
    const kernel = samplesAsKernel(e, cut(e, kernelRows, 1, top, rows), [n, filters, rows, w]);
    sum = blockedConv(e, sum === '' ? [band, kernel] : [band, kernel, '', sum], [rows, w], 0);
  }
  const gradient = reorderOutput(e, sum, filters);
  if (dyIsKernel) return writer.node('Transpose', [gradient], { perm: ints([1, 0, 2, 3]) });
  const flat = writer.node('Reshape', [gradient, writer.shape([m, c, k * k])]);
  return writer.node('Reshape', [reverseTaps(e, flat), writer.shape(t.shape)]);
}

/** Blocked [N, Q, rows, W] as the weights [Q, N, rows, W] of a convolution over samples, in the kernel's layout. */
function samplesAsKernel(e: Emitter, x: string, [n, q, rows, w]: readonly [number, number, number, number]): string {
  const { writer, block: b } = e;
  const parts = writer.node('Reshape', [x, writer.shape([n / b, b, q / b, rows * w, b])]);
  const turned = writer.node('Transpose', [parts], { perm: ints([2, 0, 3, 1, 4]) });
  return writer.node('Reshape', [turned, writer.shape([q, n, rows, w])]);
}
