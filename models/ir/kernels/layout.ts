import type { OpAttributes, Tensor } from '../graph.ts';
import type { KernelTable } from '../interpret.ts';
import { resizeTapsWithin } from '../resize-taps.ts';

/** Ops that move samples, and the resampling ones. */
export const LAYOUT_KERNELS: KernelTable<'Concat' | 'DepthToSpace' | 'Resize' | 'Pad'> = {
  Concat: (_, inputs, output) => {
    let at = 0;
    for (const { data } of inputs) {
      output.data.set(data, at);
      at += data.length;
    }
  },
  DepthToSpace: ({ attributes: { blockSize, mode } }, [x], output) => {
    const [, channels = 0, height = 0, width = 0] = output.dims;
    const inHeight = height / blockSize;
    const inWidth = width / blockSize;
    forEachSample(output, (c, y, column) => {
      const block = (y % blockSize) * blockSize + (column % blockSize);
      const from = mode === 'CRD' ? c * blockSize * blockSize + block : block * channels + c;
      const row = from * inHeight + Math.floor(y / blockSize);
      return x?.data[row * inWidth + Math.floor(column / blockSize)] ?? 0;
    });
  },
  Resize: ({ attributes }, [x], output) => {
    const [, , height = 0, width = 0] = x?.dims ?? [];
    const rowTaps = Array.from({ length: output.dims[2] ?? 0 }, (_, y) => resizeTapsWithin(attributes, y, height));
    const columnTaps = Array.from({ length: output.dims[3] ?? 0 }, (_, c) => resizeTapsWithin(attributes, c, width));
    forEachSample(output, (c, y, column) => {
      let sum = 0;
      for (const row of rowTaps[y] ?? []) {
        for (const tap of columnTaps[column] ?? []) {
          sum += row.weight * tap.weight * (x?.data[(c * height + row.index) * width + tap.index] ?? 0);
        }
      }
      return sum;
    });
  },
  Pad: ({ attributes }, [x], output) => {
    const [, , height = 0, width = 0] = x?.dims ?? [];
    forEachSample(output, (c, y, column) => {
      const sourceY = padIndex(attributes, y - attributes.pads[0], height);
      const sourceX = padIndex(attributes, column - attributes.pads[1], width);
      if (sourceY === null || sourceX === null) return attributes.value;
      return x?.data[(c * height + sourceY) * width + sourceX] ?? 0;
    });
  },
};

/** Position inside the picture that a padded position takes its sample from; null for the constant. */
function padIndex({ mode }: OpAttributes['Pad'], at: number, length: number): number | null {
  if (at >= 0 && at < length) return at;
  if (mode === 'constant') return null;
  if (mode === 'edge') return at < 0 ? 0 : length - 1;
  return at < 0 ? -at : 2 * (length - 1) - at;
}

function forEachSample(output: Tensor, sample: (channel: number, y: number, x: number) => number): void {
  const [, channels = 0, height = 0, width = 0] = output.dims;
  let i = 0;
  for (let c = 0; c < channels; c += 1) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) output.data[i++] = sample(c, y, x);
    }
  }
}
