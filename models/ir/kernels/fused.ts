import type { Tensor } from '../graph.ts';
import type { KernelTable } from '../interpret.ts';
import { convolver } from './conv.ts';

/** The fused ops in float64, rounded to f32 once. */
export const FUSED_KERNELS: KernelTable<'FusedConv' | 'FusedOutput'> = {
  FusedConv: (node, [x, w, b, slope, ...adds], output) => {
    if (x === undefined || w === undefined) return;
    const before = node.attributes.addBefore ? adds[0] : undefined;
    const after = node.attributes.addAfter ? adds.at(-1) : undefined;
    eachSum(x, w, b, (m, _, at, sum) => {
      const t = sum + (before?.data[at] ?? 0);
      output.data[at] = (t < 0 ? t * (slope?.data[m] ?? 1) : t) + (after?.data[at] ?? 0);
    });
  },
  FusedOutput: (node, [x, w, b, ...more], output) => {
    if (x === undefined || w === undefined) return;
    const { scale, add, base } = node.attributes;
    const added = add ? more[0] : undefined;
    const picture = base ? more.at(-1) : undefined;
    const [, , height = 0, width = 0] = x.dims;
    eachSum(x, w, b, (m, i, at, sum) => {
      const plane = Math.floor(m / (scale * scale));
      const [y, column] = [Math.floor(i / width), i % width];
      const row = y * scale + (Math.floor(m / scale) % scale);
      const to = (plane * height * scale + row) * width * scale + column * scale + (m % scale);
      output.data[to] = sum + (added?.data[at] ?? 0) + (picture?.data[plane * height * width + i] ?? 0);
    });
  },
};

/** @param visit gets the channel, the sample's position in the channel and in the whole tensor, and the sum */
function eachSum(
  x: Tensor,
  w: Tensor,
  b: Tensor | undefined,
  visit: (channel: number, sample: number, at: number, sum: number) => void,
): void {
  const [, , height = 0, width = 0] = x.dims;
  const [channels = 0, , side = 1] = w.dims;
  const radius = (side - 1) / 2;
  const pads = [radius, radius, radius, radius] as const;
  const sumRow = convolver(x, w, b, { pads, dilations: [1, 1], group: 1, width });
  for (let m = 0; m < channels; m += 1) {
    for (let y = 0; y < height; y += 1) {
      sumRow(m, y).forEach((sum, column) => visit(m, y * width + column, (m * height + y) * width + column, sum));
    }
  }
}
