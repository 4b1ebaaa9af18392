import type { Kernel } from '../interpret.ts';
import type { OpAttributes, Tensor } from '../graph.ts';

/** Sums in float64 in the order channel, row, column of the kernel; positions outside the picture count as zero. */
export const CONV_KERNEL: Kernel<'Conv'> = (node, [x, w, b], output) => {
  if (x === undefined || w === undefined) return;
  const [, outChannels = 0, height = 0, width = 0] = output.dims;
  const convolve = convolver(x, w, b, node.attributes, { height, width });
  for (let m = 0; m < outChannels; m += 1) output.data.set(convolve(m), m * height * width);
};

/** @returns a function that gives the sums of one output channel, valid until its next call */
export function convolver(
  x: Tensor,
  w: Tensor,
  b: Tensor | undefined,
  { pads, dilations, group }: Pick<OpAttributes['Conv'], 'pads' | 'dilations' | 'group'>,
  size: { readonly height: number; readonly width: number },
): (channel: number) => Float64Array {
  const [outChannels = 0, perGroup = 0, kh = 0, kw = 0] = w.dims;
  const channelsPerGroup = outChannels / group;
  const sums = new Float64Array(size.height * size.width);
  return (m) => {
    sums.fill(b?.data[m] ?? 0);
    const firstChannel = Math.floor(m / channelsPerGroup) * perGroup;
    for (let c = 0; c < perGroup; c += 1) {
      for (let ky = 0; ky < kh; ky += 1) {
        for (let kx = 0; kx < kw; kx += 1) {
          const weight = w.data[((m * perGroup + c) * kh + ky) * kw + kx] ?? 0;
          if (weight === 0) continue;
          const shift = { y: ky * dilations[0] - pads[0], x: kx * dilations[1] - pads[1] };
          addShifted(sums, [size.height, size.width], x, firstChannel + c, shift, weight);
        }
      }
    }
    return sums;
  };
}

/** `sums[y][x] += weight * picture[y + shift.y][x + shift.x]` where that lies inside the picture. */
function addShifted(
  sums: Float64Array,
  [outHeight, outWidth]: readonly [number, number],
  picture: Tensor,
  channel: number,
  shift: { y: number; x: number },
  weight: number,
): void {
  const [, , height = 0, width = 0] = picture.dims;
  const { data } = picture;
  const fromY = Math.max(0, -shift.y);
  const toY = Math.min(outHeight, height - shift.y);
  const fromX = Math.max(0, -shift.x);
  const toX = Math.min(outWidth, width - shift.x);
  for (let y = fromY; y < toY; y += 1) {
    const row = (channel * height + y + shift.y) * width + shift.x;
    const sumRow = y * outWidth;
    for (let x = fromX; x < toX; x += 1) {
      sums[sumRow + x] = (sums[sumRow + x] as number) + weight * (data[row + x] as number);
    }
  }
}
